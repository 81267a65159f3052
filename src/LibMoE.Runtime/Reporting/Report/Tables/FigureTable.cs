namespace LibMoE.Runtime.Reporting.Report.Tables;

/// <summary>
/// Figures in long form, one observation a row. It is what a chart draws, what its CSV file holds and what the page offers for download:
/// the three cannot differ.
/// </summary>
/// <param name="Columns">All of the same length.</param>
internal sealed record FigureTable(IReadOnlyList<FigureColumn> Columns)
{
    /// <summary>How many observations there are.</summary>
    public int Rows => Columns.Count == 0 ? 0 : Columns[0].Count;

    /// <summary>The numbers of a column.</summary>
    public IReadOnlyList<double?> Numbers(string name) => ((NumberColumn)this[name]).Values;

    /// <summary>The words of a column.</summary>
    public IReadOnlyList<string> Words(string name) => ((TextColumn)this[name]).Values;

    private FigureColumn this[string name] => Columns.Single(column => column.Name == name);

    /// <summary>Begins a table over a list of rows.</summary>
    public static Maker<T> Of<T>(IEnumerable<T> rows) => new([.. rows]);

    /// <summary>A table that grows by columns.</summary>
    internal sealed class Maker<T>(IReadOnlyList<T> rows)
    {
        private readonly List<FigureColumn> _columns = [];

        /// <summary>Adds a column of words.</summary>
        public Maker<T> Text(string name, Func<T, string> value)
        {
            _columns.Add(new TextColumn(name, [.. rows.Select(value)]));
            return this;
        }

        /// <summary>Adds a column of numbers.</summary>
        public Maker<T> Number(string name, Func<T, double?> value)
        {
            _columns.Add(new NumberColumn(name, [.. rows.Select(value)]));
            return this;
        }

        /// <summary>Ends the table.</summary>
        public FigureTable Make() => new(_columns);
    }
}
