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

    /// <summary>A string literal.</summary>
    public static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";

    /// <summary>"1 SwiGLU expert", "8 SwiGLU experts".</summary>
    public static string Count(int count, string noun) => count.ToString(CultureInfo.InvariantCulture) + " " + noun + (count == 1 ? "" : "s");
}
