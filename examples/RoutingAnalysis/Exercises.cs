using System.Globalization;

/// <summary>Worked exercises of arithmetic and linear equations, always the same ones.</summary>
public static class Exercises
{
    /// <summary>Exercises without an end.</summary>
    public static IEnumerable<string> Write()
    {
        for (var number = 1; ; number++)
        {
            // A fixed mixing of the number; any spread of values would do.
            var (a, b, x) = (2 + (number * 7919 % 37), 1 + (number * 104729 % 83), 1 + (number * 1299709 % 59));
            yield return (number % 3) switch
            {
                0 => Text($"Solve {a}x + {b} = {(a * x) + b}. Subtract {b}: {a}x = {a * x}. Divide by {a}: x = {x}."),
                1 => Text($"Compute {a} * {b} + {x}. First {a} * {b} = {a * b}, then {a * b} + {x} = {(a * b) + x}. ")
                    + Text($"The answer is {(a * b) + x}."),
                _ => Text($"Let f(x) = {a}x^2 - {b}x. Then f'(x) = {2 * a}x - {b}, and f'({x}) = {(2 * a * x) - b}."),
            };
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
