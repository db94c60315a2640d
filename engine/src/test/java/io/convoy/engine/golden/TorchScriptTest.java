package io.convoy.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
    /** A tensor that remembers only what to call it. */
    private record Traced(String name) implements Value.Symbol {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String spell(Value value) {
        if (value instanceof Value.Sequence sequence) {
            return sequence.items().stream()
                    .map(TorchScriptTest::spell)
                    .toList()
                    .toString();
        }
        if (value instanceof Value.Whole whole) {
            return Long.toString(whole.value());
        }
        if (value instanceof Value.Real real) {
            return Double.toString(real.value());
        }
        return value instanceof Value.None ? "None" : value.toString();
    }

    /** The calls that a script makes, in order; each gives a new tensor %0, %1 … */
    private static List<String> trace(String source) {
        TorchScript script = TorchScript.parse(source);
        List<String> calls = new ArrayList<>();
        List<Value> arguments = script.parameters().stream()
                .map(name -> (Value) new Traced(name))
                .toList();
        List<Value> results = script.run(arguments, (function, values, named) -> {
            List<String> spelled =
                    new ArrayList<>(values.stream().map(TorchScriptTest::spell).toList());
            named.forEach((key, value) -> spelled.add(key + "=" + spell(value)));
            calls.add("%" + calls.size() + " = " + function + spelled);
            return new Traced("%" + (calls.size() - 1));
        });
        calls.add("return " + results.stream().map(TorchScriptTest::spell).toList());
        return calls;
    }

    private static Value value(String expression) {
        return TorchScript.parse("def f():\n  return " + expression)
                .run(List.of(), (function, arguments, named) -> new Traced(function))
                .get(0);
    }

    @Test
    void nestedCallsComeInTheOrderTheyRun() {
        assertThat(trace("""
                def f(x, w, b):
                  o = torch.max_pool2d(torch.relu(torch.conv2d(x, w, b, [1, 1], [2, 2], [1, 1], 1)), [2, 2])
                  o = o.flatten(1)
                  return torch.cross_entropy_loss(o, x, None, 1, -100, 0.0), o
                """))
                .containsExactly(
                        "%0 = torch.conv2d[x, w, b, [1, 1], [2, 2], [1, 1], 1]",
                        "%1 = torch.relu[%0]",
                        "%2 = torch.max_pool2d[%1, [2, 2]]",
                        "%3 = Tensor.flatten[%2, 1]",
                        "%4 = torch.cross_entropy_loss[%3, x, None, 1, -100, 0.0]",
                        "return [%4, %3]");
    }

    @Test
    void operatorsBindAsInPython() {
        assertThat(trace("def f(a, b):\n  return a + b * 2.0 - a\n"))
                .containsExactly(
                        "%0 = operator *[b, 2.0]", "%1 = operator +[a, %0]", "%2 = operator -[%1, a]", "return [%2]");
        assertThat(trace("def f(a):\n  return -a ** 2\n"))
                .containsExactly("%0 = operator **[a, 2]", "%1 = operator -[%0]", "return [%1]");
        assertThat(trace("def f(a, s):\n  return (1.0 - a) * s.view([s.size(0), -1])[0]\n"))
                .containsExactly(
                        "%0 = operator -[1.0, a]",
                        "%1 = Tensor.size[s, 0]",
                        "%2 = Tensor.view[s, [%1, -1]]",
                        "%3 = operator [][%2, 0]",
                        "%4 = operator *[%0, %3]",
                        "return [%4]");
    }

    @Test
    void numbersAreReckonedOnTheSpot() {
        assertThat(value("2*3 + 7 // 2 - 1")).isEqualTo(new Value.Whole(8));
        assertThat(value("-7 // 2")).isEqualTo(new Value.Whole(-4));
        assertThat(value("-7 % 4")).isEqualTo(new Value.Whole(1));
        assertThat(value("7 / 2")).isEqualTo(new Value.Real(3.5));
        assertThat(value("1e-5 * 2")).isEqualTo(new Value.Real(2e-5));
        assertThat(value("1.0E-5")).isEqualTo(new Value.Real(1e-5));
        assertThat(value("2 ** 3")).isEqualTo(new Value.Real(8));
        assertThat(value("-(2 + 1)")).isEqualTo(new Value.Whole(-3));
    }

    @Test
    void literalsAreWhatTheySay() {
        assertThat(value("True")).isEqualTo(new Value.Truth(true));
        assertThat(value("None")).isEqualTo(new Value.None());
        assertThat(value("'tanh'")).isEqualTo(new Value.Text("tanh"));
        assertThat(value("[1, 2.5]")).isEqualTo(new Value.Sequence(List.of(new Value.Whole(1), new Value.Real(2.5))));
        assertThat(value("(4, 5)[1]")).isEqualTo(new Value.Whole(5));
        assertThat(value("[4, 5, 6][-1]")).isEqualTo(new Value.Whole(6));
    }

    @Test
    void argumentsMayBeNamed() {
        assertThat(trace("def f(x):\n  return torch.gelu(x, approximate='tanh')\n")
                        .get(0))
                .isEqualTo("%0 = torch.gelu[x, approximate=Text[value=tanh]]");
    }

    @Test
    void aSequenceIsTakenApartAndANameIsAssignedAgain() {
        TorchScript script = TorchScript.parse("def f(x):\n  a, b = torch.chunk(x, 2)\n  a += b\n  return b, a\n");
        List<Value> results = script.run(
                List.of(new Traced("x")),
                (function, arguments, named) -> function.equals("torch.chunk")
                        ? new Value.Sequence(List.of(new Traced("left"), new Traced("right")))
                        : new Traced(arguments.get(0) + " " + function + " " + arguments.get(1)));
        assertThat(results).hasToString("[right, left operator + right]");
    }

    @Test
    void annotationsCommentsAndBrokenLinesAreRead() {
        assertThat(trace("""

                # a comment
                def forward(x: Tensor, n: int) -> Tensor:
                  y = torch.cat([x,  # more
                      x],
                    1)

                  return y
                """)).containsExactly("%0 = torch.cat[[x, x], 1]", "return [%0]");
    }

    @Test
    void theFunctionsOfAScriptAreListed() {
        assertThat(TorchScript.parse("def f(x):\n  y = torch.relu(x + 1)\n  return [y.view([2 * x.size(0)])]\n")
                        .functions())
                .containsExactly("Tensor.size", "Tensor.view", "operator *", "operator +", "torch.relu");
    }

    @Test
    void whatTheLanguageDoesNotHaveIsRefused() {
        refused("def f(x):\n  for i in x:\n    y = i\n  return x", "an assignment or a return, but line 2 has 'i'");
        refused("def f(x):\n  return torch.relu", "a call of torch.relu, but line 2 has 'the end of the script'");
        refused("def f(x):\n  y = torch.relu(x", "',', but line 2 has 'the end of the script'");
        refused("def f(x):\n  y = \n  return y", "an expression, but line 2 has 'the end of the line'");
        refused("def f(x):\n  return x @ x", "names, numbers, texts and operators, but line 2 has '@'");
        refused("def f(x):\n  return x\n  y = x", "nothing behind the return, but line 3 has 'y'");
        refused("class f:", "def, but line 1 has 'class'");
    }

    private static void refused(String source, String message) {
        assertThatThrownBy(() -> TorchScript.parse(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TorchScript expects " + message + ".");
    }

    @Test
    void aScriptIsRunOnlyWithWhatItNeeds() {
        TorchScript script = TorchScript.parse("def f(x):\n  return y\n");
        TorchScript.Functions none = (function, arguments, named) -> new Traced(function + Map.copyOf(named));
        assertThatThrownBy(() -> script.run(List.of(), none))
                .hasMessage("TorchScript f expects 1 arguments, but it got 0.");
        assertThatThrownBy(() -> script.run(List.of(new Traced("x")), none))
                .hasMessage("TorchScript expects names that have a value, but \"y\" has none.");
    }
}
