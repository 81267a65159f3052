using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>A table as people read it, over the figures that its CSV file holds.</summary>
/// <param name="Id">Names the file <c>data/{Id}.csv</c>.</param>
/// <param name="Caption">What the columns mean.</param>
/// <param name="Columns">As shown.</param>
/// <param name="Marked">Rows that stand out, by index.</param>
/// <param name="Data">All digits.</param>
internal sealed record ReportTable(
    string Id, string Caption, IReadOnlyList<ShownColumn> Columns, IReadOnlyList<int> Marked, FigureTable Data) : IReportPart
{
    /// <summary>How many rows are shown; the file may hold more.</summary>
    public int Rows => Columns[0].Cells.Count;

    /// <summary>Begins a table over a list of rows.</summary>
    public static Maker<T> Of<T>(IEnumerable<T> rows) => new([.. rows]);

    /// <summary>A table that grows by columns.</summary>
    internal sealed class Maker<T>(IReadOnlyList<T> rows)
    {
        private readonly List<ShownColumn> _columns = [];
        private readonly List<int> _marked = [];

        /// <summary>Adds a column of words.</summary>
        public Maker<T> Text(string header, Func<T, string> cell) => Add(header, numeric: false, cell);

        /// <summary>Adds a column of figures, aligned to the right.</summary>
        public Maker<T> Number(string header, Func<T, string> cell) => Add(header, numeric: true, cell);

        /// <summary>Lets rows stand out.</summary>
        public Maker<T> Mark(Func<T, bool> which)
        {
            _marked.AddRange(rows.Index().Where(row => which(row.Item)).Select(row => row.Index));
            return this;
        }

        /// <summary>Ends the table.</summary>
        public ReportTable Make(string id, string caption, FigureTable data) => new(id, caption, _columns, _marked, data);

        private Maker<T> Add(string header, bool numeric, Func<T, string> cell)
        {
            _columns.Add(new ShownColumn(header, numeric, [.. rows.Select(cell)]));
            return this;
        }
    }
}

/// <summary>A column of a <see cref="ReportTable"/>.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Numeric">Whether it is aligned to the right.</param>
/// <param name="Cells">One a row.</param>
internal sealed record ShownColumn(string Header, bool Numeric, IReadOnlyList<string> Cells);
