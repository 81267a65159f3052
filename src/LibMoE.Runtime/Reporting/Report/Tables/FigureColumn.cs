using System.Globalization;

namespace LibMoE.Runtime.Reporting.Report.Tables;

/// <summary>One column of a <see cref="FigureTable"/>.</summary>
/// <param name="Name">Its header in CSV files; charts refer to it by this name.</param>
internal abstract record FigureColumn(string Name)
{
    /// <summary>How many rows there are.</summary>
    public abstract int Count { get; }

    /// <summary>A cell as a CSV file holds it; empty where there is none.</summary>
    public abstract string Text(int row);
}

/// <summary>A column of words: variants, experts, domains.</summary>
/// <param name="Name">Its header.</param>
/// <param name="Values">One a row.</param>
internal sealed record TextColumn(string Name, IReadOnlyList<string> Values) : FigureColumn(Name)
{
    /// <inheritdoc />
    public override int Count => Values.Count;

    /// <inheritdoc />
    public override string Text(int row) => Values[row];
}

/// <summary>A column of numbers.</summary>
/// <param name="Name">Its header.</param>
/// <param name="Values">One a row; null where there is none.</param>
internal sealed record NumberColumn(string Name, IReadOnlyList<double?> Values) : FigureColumn(Name)
{
    /// <inheritdoc />
    public override int Count => Values.Count;

    /// <summary>All digits, so that a program reads back what was written.</summary>
    public override string Text(int row) => Values[row]?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
