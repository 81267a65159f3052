using System.Globalization;

namespace LibMoE.Generators.Emission;

/// <summary>Constants as C# source and as a reader writes them, the same in every culture.</summary>
internal static class Text
{
    /// <summary>A double literal: shortest round-trip digits, always recognisable as a double.</summary>
    public static string Double(double value)
    {
        var digits = Number(value);
        return digits.IndexOfAny(['.', 'E', 'e']) < 0 ? digits + ".0" : digits;
    }

    /// <summary>A number in a formula.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An integer.</summary>
    public static string Integer(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A string literal.</summary>
    public static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";

    /// <summary>A constant of that text as source lines: a literal, or a raw one with its lines where there are several.</summary>
    /// <param name="start">What stands before it.</param>
    /// <param name="text">The text.</param>
    /// <param name="end">What follows it.</param>
    public static IEnumerable<string> Literal(string start, string text, string end)
    {
        if (text.IndexOf('\n') < 0)
        {
            return [$"{start} {Quote(text)}{end}"];
        }

        var fence = "\"\"\"";
        while (text.Contains(fence))
        {
            fence += "\"";
        }

        return [start, "    " + fence, .. text.Split('\n').Select(line => line.Length == 0 ? "" : "    " + line), $"    {fence}{end}"];
    }

    /// <summary>"1 SwiGLU expert", "8 SwiGLU experts".</summary>
    public static string Count(int count, string noun) =>
        count.ToString(CultureInfo.InvariantCulture) + " " + noun + (count == 1 ? "" : "s");
}
