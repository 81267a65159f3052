using System.Globalization;
using Humanizer;

namespace LibMoE.Runtime.Reporting;

/// <summary>How numbers are written for people: the same in every table and sentence, whatever the machine's language.</summary>
internal static class Figures
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    /// <summary>A count with a metric prefix, such as 109.3k.</summary>
    public static string Count(double count) => Invariant(() => Math.Round(count).ToMetric(decimals: 1));

    /// <summary>A loss and its standard error, such as 1.329 ± 0.005.</summary>
    public static string Loss(double loss, double standardError) => Format($"{loss:F3} ± {standardError:F3}");

    /// <summary>A loss without an error.</summary>
    public static string Loss(double loss) => Format($"{loss:F3}");

    /// <summary>A signed difference and its standard error, such as −0.084 ± 0.008.</summary>
    public static string Difference(double difference, double standardError) =>
        new PairedDifference(difference, standardError).Text(decimals: 3);

    /// <summary>A plain number with so many decimals; none where there is none.</summary>
    public static string Number(double? number, int decimals) =>
        number is { } value ? value.ToString("F" + decimals, CultureInfo.InvariantCulture) : None;

    /// <summary>A duration in a table: 4.2 s, 31 s, 2:05, 1:02:05.</summary>
    public static string Time(double seconds)
    {
        var whole = TimeSpan.FromSeconds(Math.Round(seconds));
        return seconds < 9.95 ? Format($"{seconds:F1} s")
            : whole.TotalMinutes < 1 ? Format($"{whole.Seconds} s")
            : whole.TotalHours < 1 ? whole.ToString(@"m\:ss", CultureInfo.InvariantCulture)
            : Format($"{Math.Floor(whole.TotalHours):F0}:{whole:mm\\:ss}");
    }

    /// <summary>A duration in words: 2 minutes, 5 seconds.</summary>
    public static string Words(TimeSpan time) => time.Humanize(2, CultureInfo.InvariantCulture, minUnit: Humanizer.TimeUnit.Second);

    private static string Format(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>ToMetric takes its decimal point from the current culture and has no parameter for it.</summary>
    private static string Invariant(Func<string> write)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return write();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
