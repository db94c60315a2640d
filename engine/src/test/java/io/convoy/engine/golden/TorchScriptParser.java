package io.convoy.engine.golden;

import io.convoy.engine.golden.TorchScript.Assignment;
import io.convoy.engine.golden.TorchScript.Call;
import io.convoy.engine.golden.TorchScript.Constant;
import io.convoy.engine.golden.TorchScript.Expression;
import io.convoy.engine.golden.TorchScript.Listing;
import io.convoy.engine.golden.TorchScript.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recursive-descent parser of {@link TorchScript}, with Python's precedence of operators. */
final class TorchScriptParser {
    private enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SYMBOL,
        NEWLINE,
        END
    }

    private record Token(Kind kind, String text, int line) {}

    private static final Pattern TOKEN = Pattern.compile(
            "(?<name>[A-Za-z_]\\w*)|(?<number>(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?)|(?<text>'[^'\\n]*'|\"[^\"\\n]*\")"
                    + "|(?<symbol>->|//=|\\*\\*|//|[-+*/]=|[-+*/%()\\[\\],:=.])|(?<newline>\\n)|(?<space>[ \\t\\r]+|#[^\\n]*)");
    private static final Set<String> UPDATES = Set.of("+=", "-=", "*=", "/=", "//=");

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    TorchScriptParser(String source) {
        Matcher matcher = TOKEN.matcher(source);
        int line = 1;
        int depth = 0;
        int at = 0;
        while (at < source.length()) {
            if (!matcher.find() || matcher.start() != at) {
                throw new IllegalArgumentException("TorchScript expects names, numbers, texts and operators, but line "
                        + line + " has '" + source.charAt(at) + "'.");
            }
            at = matcher.end();
            String text = matcher.group();
            if (matcher.group("newline") != null) {
                if (depth == 0) {
                    tokens.add(new Token(Kind.NEWLINE, "the end of the line", line));
                }
                line++;
            } else if (matcher.group("name") != null) {
                tokens.add(new Token(Kind.NAME, text, line));
            } else if (matcher.group("number") != null) {
                tokens.add(new Token(Kind.NUMBER, text, line));
            } else if (matcher.group("text") != null) {
                tokens.add(new Token(Kind.TEXT, text.substring(1, text.length() - 1), line));
            } else if (matcher.group("symbol") != null) {
                depth += text.equals("(") || text.equals("[") ? 1 : text.equals(")") || text.equals("]") ? -1 : 0;
                tokens.add(new Token(Kind.SYMBOL, text, line));
            }
        }
        tokens.add(new Token(Kind.END, "the end of the script", line));
    }

    /** {@code def name(parameters) [-> type]: statements return results}. */
    TorchScript script() {
        skipNewlines();
        expectName("def");
        String name = expect(Kind.NAME, "the function's name").text();
        expect("(");
        List<String> parameters = new ArrayList<>();
        while (!take(")")) {
            parameters.add(expect(Kind.NAME, "a parameter").text());
            if (take(":")) {
                expression();
            }
            if (!peek(")")) {
                expect(",");
            }
        }
        if (take("->")) {
            expression();
        }
        expect(":");
        List<Assignment> assignments = new ArrayList<>();
        while (true) {
            skipNewlines();
            if (peek().kind() == Kind.NAME && peek().text().equals("return")) {
                next++;
                List<Expression> results = expressions();
                skipNewlines();
                expect(Kind.END, "nothing behind the return");
                return new TorchScript(name, List.copyOf(parameters), List.copyOf(assignments), results);
            }
            assignments.add(assignment());
        }
    }

    private Assignment assignment() {
        List<String> names = new ArrayList<>();
        do {
            names.add(expect(Kind.NAME, "an assignment or a return").text());
        } while (take(","));
        Token sign = peek();
        if (names.size() == 1 && UPDATES.contains(sign.text())) {
            next++;
            String operator = sign.text().substring(0, sign.text().length() - 1);
            return new Assignment(names, operator(operator, new Name(names.get(0)), wholeLine()));
        }
        if (!take("=")) {
            throw refused("an assignment or a return");
        }
        return new Assignment(List.copyOf(names), wholeLine());
    }

    private Expression wholeLine() {
        List<Expression> values = expressions();
        if (peek().kind() != Kind.END) {
            expect(Kind.NEWLINE, "the end of the line");
        }
        return values.size() == 1 ? values.get(0) : new Listing(values);
    }

    private List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        do {
            expressions.add(expression());
        } while (take(","));
        return List.copyOf(expressions);
    }

    private Expression expression() {
        Expression left = term();
        while (peek("+") || peek("-")) {
            left = operator(advance().text(), left, term());
        }
        return left;
    }

    private Expression term() {
        Expression left = factor();
        while (peek("*") || peek("/") || peek("//") || peek("%")) {
            left = operator(advance().text(), left, factor());
        }
        return left;
    }

    private Expression factor() {
        if (take("-")) {
            Expression operand = factor();
            // A literal with a sign is one constant.
            if (operand instanceof Constant constant && constant.value() instanceof Value.Whole whole) {
                return new Constant(new Value.Whole(-whole.value()));
            }
            if (operand instanceof Constant constant && constant.value() instanceof Value.Real real) {
                return new Constant(new Value.Real(-real.value()));
            }
            return new Call("operator -", List.of(operand), Map.of());
        }
        Expression base = postfix();
        return take("**") ? operator("**", base, factor()) : base;
    }

    private Expression postfix() {
        Expression value = primary();
        while (true) {
            if (take(".")) {
                String method = expect(Kind.NAME, "a method's name").text();
                expect("(");
                value = call("Tensor." + method, List.of(value));
            } else if (take("[")) {
                value = new Call("operator []", List.of(value, expression()), Map.of());
                expect("]");
            } else {
                return value;
            }
        }
    }

    private Expression primary() {
        Token token = peek();
        if (take("(")) {
            return parenthesised();
        }
        if (take("[")) {
            return listing();
        }
        return switch (token.kind()) {
            case NUMBER -> new Constant(number(advance().text()));
            case TEXT -> new Constant(new Value.Text(advance().text()));
            case NAME -> named(advance().text());
            case SYMBOL, NEWLINE, END -> throw refused("an expression");
        };
    }

    private static Value number(String text) {
        return text.chars().allMatch(Character::isDigit)
                ? new Value.Whole(Long.parseLong(text))
                : new Value.Real(Double.parseDouble(text));
    }

    private Expression named(String name) {
        return switch (name) {
            case "None" -> new Constant(new Value.None());
            case "True" -> new Constant(new Value.Truth(true));
            case "False" -> new Constant(new Value.Truth(false));
            case "torch" -> torch();
            default -> take("(") ? call(name, List.of()) : new Name(name);
        };
    }

    private Expression torch() {
        StringBuilder path = new StringBuilder("torch");
        while (take(".")) {
            path.append('.').append(expect(Kind.NAME, "a function of torch").text());
        }
        if (take("(")) {
            return call(path.toString(), List.of());
        }
        throw refused("a call of " + path);
    }

    private Expression parenthesised() {
        Expression first = expression();
        if (take(")")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (take(",") && !peek(")")) {
            items.add(expression());
        }
        expect(")");
        return new Listing(List.copyOf(items));
    }

    private Expression listing() {
        List<Expression> items = new ArrayList<>();
        while (!take("]")) {
            items.add(expression());
            if (!peek("]")) {
                expect(",");
            }
        }
        return new Listing(List.copyOf(items));
    }

    private Expression call(String function, List<Expression> receiver) {
        List<Expression> arguments = new ArrayList<>(receiver);
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!take(")")) {
            if (peek().kind() == Kind.NAME && tokens.get(next + 1).text().equals("=")) {
                String key = advance().text();
                expect("=");
                named.put(key, expression());
            } else {
                arguments.add(expression());
            }
            if (!peek(")")) {
                expect(",");
            }
        }
        return new Call(function, List.copyOf(arguments), named);
    }

    private static Expression operator(String operator, Expression left, Expression right) {
        return new Call("operator " + operator, List.of(left, right), Map.of());
    }

    private void skipNewlines() {
        while (peek().kind() == Kind.NEWLINE) {
            next++;
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private boolean peek(String symbol) {
        return peek().kind() == Kind.SYMBOL && peek().text().equals(symbol);
    }

    private Token advance() {
        Token token = peek();
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    private boolean take(String symbol) {
        boolean there = peek(symbol);
        if (there) {
            next++;
        }
        return there;
    }

    private void expect(String symbol) {
        if (!take(symbol)) {
            throw refused("'" + symbol + "'");
        }
    }

    private void expectName(String name) {
        if (!expect(Kind.NAME, name).text().equals(name)) {
            next--;
            throw refused(name);
        }
    }

    private Token expect(Kind kind, String expected) {
        if (peek().kind() != kind) {
            throw refused(expected);
        }
        return advance();
    }

    private IllegalArgumentException refused(String expected) {
        return new IllegalArgumentException(
                "TorchScript expects " + expected + ", but line " + peek().line() + " has '" + peek().text() + "'.");
    }
}
