package io.convoy.engine.data;

import java.util.HashSet;
import java.util.List;

/**
 * One of several things that samples are asked for at once: which class each is of, or a number.
 *
 * @param name what people call it, e.g. {@code letter}
 * @param classNames the names of its classes in order, each once; none for a number
 */
public record TaskTarget(String name, List<String> classNames) {
    public TaskTarget {
        classNames = List.copyOf(classNames);
        if (name.isBlank()) {
            throw new DataException("TaskTarget expects a name, but it is empty.");
        }
        if (new HashSet<>(classNames).size() < classNames.size()) {
            throw new DataException(
                    "TaskTarget " + name + " expects each class once, but they are " + classNames + ".");
        }
    }

    /** Whether it asks for a number. */
    public boolean isNumber() {
        return classNames.isEmpty();
    }

    /** How many outputs tell it: a score for each class, or the number. */
    public int outputs() {
        return isNumber() ? 1 : classNames.size();
    }
}
