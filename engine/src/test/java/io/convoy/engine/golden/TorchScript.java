package io.convoy.engine.golden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One function in the little language of golden cases: assignments of expressions and one return, without branches or loops.
 * It is run by whoever knows what {@code torch.conv2d} and its like mean.
 *
 * @param name the function's name
 * @param parameters their names, in order
 * @param assignments in order; a name may be assigned again
 * @param results what is returned, one or more
 */
record TorchScript(String name, List<String> parameters, List<Assignment> assignments, List<Expression> results) {
    /** One name, or several that take a sequence apart. */
    record Assignment(List<String> names, Expression value) {}

    sealed interface Expression {}

    record Constant(Value value) implements Expression {}

    record Name(String name) implements Expression {}

    record Listing(List<Expression> items) implements Expression {}

    /**
     * A call. A method is called {@code Tensor.view} with its receiver as first argument, an operator {@code operator +}
     * with both its operands, a negation {@code operator -} with one, an index {@code operator []}.
     */
    record Call(String function, List<Expression> arguments, Map<String, Expression> named) implements Expression {}

    /** Those who know what functions do. */
    @FunctionalInterface
    interface Functions {
        /** The result of {@code function}, called as {@link Call} says. */
        Value call(String function, List<Value> arguments, Map<String, Value> named);
    }

    static TorchScript parse(String source) {
        return new TorchScriptParser(source).script();
    }

    /** Runs the script. Arithmetic on numbers and indices of lists is done here; everything else is asked of {@code functions}. */
    List<Value> run(List<Value> arguments, Functions functions) {
        if (arguments.size() != parameters.size()) {
            throw new IllegalArgumentException("TorchScript " + name + " expects " + parameters.size()
                    + " arguments, but it got " + arguments.size() + ".");
        }
        Map<String, Value> variables = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            variables.put(parameters.get(i), arguments.get(i));
        }
        for (Assignment assignment : assignments) {
            Value value = evaluate(assignment.value(), variables, functions);
            if (assignment.names().size() == 1) {
                variables.put(assignment.names().get(0), value);
                continue;
            }
            List<Value> items = value.items();
            if (items.size() != assignment.names().size()) {
                throw new IllegalArgumentException(
                        "TorchScript " + name + " expects " + assignment.names().size() + " values for "
                                + assignment.names() + ", but it got " + items.size() + ".");
            }
            for (int i = 0; i < items.size(); i++) {
                variables.put(assignment.names().get(i), items.get(i));
            }
        }
        return results.stream()
                .map(result -> evaluate(result, variables, functions))
                .toList();
    }

    private static Value evaluate(Expression expression, Map<String, Value> variables, Functions functions) {
        if (expression instanceof Constant constant) {
            return constant.value();
        }
        if (expression instanceof Name variable) {
            Value value = variables.get(variable.name());
            if (value == null) {
                throw new IllegalArgumentException(
                        "TorchScript expects names that have a value, but \"" + variable.name() + "\" has none.");
            }
            return value;
        }
        if (expression instanceof Listing listing) {
            return new Value.Sequence(listing.items().stream()
                    .map(item -> evaluate(item, variables, functions))
                    .toList());
        }
        Call call = (Call) expression;
        List<Value> arguments = call.arguments().stream()
                .map(argument -> evaluate(argument, variables, functions))
                .toList();
        Map<String, Value> named = new LinkedHashMap<>();
        call.named().forEach((key, argument) -> named.put(key, evaluate(argument, variables, functions)));
        if (call.function().equals("operator []") && arguments.get(0) instanceof Value.Sequence sequence) {
            int index = arguments.get(1).whole();
            return sequence.items().get(index < 0 ? index + sequence.items().size() : index);
        }
        if (call.function().startsWith("operator ") && arguments.stream().allMatch(Value::isNumber)) {
            return arithmetic(call.function().substring("operator ".length()), arguments);
        }
        return functions.call(call.function(), arguments, named);
    }

    private static Value arithmetic(String operator, List<Value> operands) {
        if (operands.size() == 1) {
            return operands.get(0) instanceof Value.Whole whole
                    ? new Value.Whole(-whole.value())
                    : new Value.Real(-operands.get(0).number());
        }
        Value left = operands.get(0);
        Value right = operands.get(1);
        if (left instanceof Value.Whole a && right instanceof Value.Whole b) {
            return switch (operator) {
                case "+" -> new Value.Whole(a.value() + b.value());
                case "-" -> new Value.Whole(a.value() - b.value());
                case "*" -> new Value.Whole(a.value() * b.value());
                case "//" -> new Value.Whole(Math.floorDiv(a.value(), b.value()));
                case "%" -> new Value.Whole(Math.floorMod(a.value(), b.value()));
                default -> new Value.Real(real(operator, left.number(), right.number()));
            };
        }
        return new Value.Real(real(operator, left.number(), right.number()));
    }

    private static double real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - Math.floor(a / b) * b;
            case "**" -> Math.pow(a, b);
            default ->
                throw new IllegalArgumentException(
                        "TorchScript expects an operator on numbers, but it got \"" + operator + "\".");
        };
    }

    /** The functions, methods and operators that the script mentions, in order of their names. */
    List<String> functions() {
        TreeSet<String> functions = new TreeSet<>();
        List<Expression> open = new ArrayList<>(results);
        assignments.forEach(assignment -> open.add(assignment.value()));
        while (!open.isEmpty()) {
            Expression expression = open.remove(open.size() - 1);
            if (expression instanceof Listing listing) {
                open.addAll(listing.items());
            } else if (expression instanceof Call call) {
                functions.add(call.function());
                open.addAll(call.arguments());
                open.addAll(call.named().values());
            }
        }
        return List.copyOf(functions);
    }
}
