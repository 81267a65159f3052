using System.Runtime.InteropServices;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Detection;

/// <summary>Where which cells are.</summary>
/// <param name="setup">The cell of the study.</param>
/// <param name="smears">The smears.</param>
/// <param name="coco">A folder that is to have what was found, in COCO's JSON; null for none.</param>
internal sealed class CellLearner(LearnerSetup setup, BloodSmears smears, string? coco = null) : Learner
{
    /// <summary>Red cells are counted as Σ 2·max(0, score − 0.15), since one that is less sure is less often there; both numbers were
    /// chosen on the validation part, where no threshold did as well.</summary>
    private const double Each = 2, From = 0.15;

    private readonly CellNet _net = new(setup);

    /// <summary>What was found last in each held-out smear: average precisions are made of all of it.</summary>
    private readonly FoundCells?[] _found = new FoundCells?[smears.Test.Count];

    public override nn.Module Model => _net;

    public override CorpusIdentity Data { get; } = CorpusIdentity.Of("BCCD", [.. smears.Train.Concat(smears.Test).SelectMany(Bytes)]);

    public override IReadOnlyList<LearnerMetric> Metrics => CellFigures.Metrics;

    public override long HeldOutExamples => smears.Test.Count;

    public override double TokensPerExample => CellNet.Tokens;

    public override IReadOnlyList<string> Groups { get; } = [.. Smear.Kinds, "between cells"];

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var drawn = Enumerable.Range(0, examples)
            .Select(place => SmearDraw.Of(smears.Train, new Random((int)(setup.Seed * 1_000_003 + position + place)))).ToList();
        var (maps_NCHW, routings) = _net.forward(Images(drawn), context);
        return new Objective(CentreLoss.Of(maps_NCHW, [.. drawn.Select(smear => new CentreTargets(smear.Cells))]).mean(), routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        List<Smear> tests = [.. smears.Test.Skip((int)first).Take(examples)];
        var (maps_NCHW, routings) = _net.forward(Images([.. tests.Select(smear => new SmearDraw(smear))]), context);
        double[] losses = [.. CentreLoss.Of(maps_NCHW, [.. tests.Select(smear => new CentreTargets(smear.Cells))])
            .to(ScalarType.Float64).cpu().data<double>()];
        var kinds = Smear.Kinds.Count;
        float[] scores = [.. maps_NCHW.narrow(1, 0, kinds).sigmoid().cpu().contiguous().data<float>()];
        float[] places = [.. maps_NCHW.narrow(1, kinds, Grid.BoxNumbers).cpu().contiguous().data<float>()];
        var items = new List<double[]>();
        foreach (var (place, smear) in tests.Index())
        {
            var boxes = CentrePeaks.Of(
                scores.AsSpan(place * kinds * Grid.Cells, kinds * Grid.Cells),
                places.AsSpan(place * Grid.BoxNumbers * Grid.Cells, Grid.BoxNumbers * Grid.Cells));
            var found = new FoundCells(boxes, Each * boxes[Smear.Red].Sum(cell => Math.Max(0, cell.Score - From)));
            _found[first + place] = found;
            items.Add([.. CellFigures.Of(smear, found, losses[place])]);
        }

        int[] groups = [.. tests.SelectMany(TokenGroups)];
        return new Scores([.. Enumerable.Range(0, Metrics.Count).Select(metric => items.ConvertAll(item => item[metric]))], routings)
        {
            Groups = [.. routings.Select(_ => groups)],
        };
    }

    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items)
    {
        List<Smear> tests = [.. smears.Test.Take(items[0].Count)];
        List<FoundCells> found = [.. _found.Take(items[0].Count).Select(one => one!)];
        SmearFiles.Write(coco, FormattableString.Invariant($"{setup.Name}.seed-{setup.Seed}"), tests, found);
        return CellFigures.Over(tests, found, items[^1]);
    }

    public override IReadOnlyList<Baseline> Baselines()
    {
        List<Smear> tests = [.. smears.Test.Take(setup.Training.ValidationSequences)];
        return [.. SimpleMethods.Of(smears.Train).Select(method => new Baseline(
            method.Name, CellFigures.Over(tests, [.. tests.Select(method.Find)], [.. tests.Select(_ => double.NaN)])))];
    }

    private Tensor Images(List<SmearDraw> drawn)
    {
        const int Size = 3 * Smear.Width * Smear.Height;
        var values = new float[drawn.Count * Size];
        Parallel.For(0, drawn.Count, place => drawn[place].Write(values.AsSpan(place * Size, Size)));
        return tensor(values, [drawn.Count, 3, Smear.Height, Smear.Width], device: setup.Device);
    }

    /// <summary>The kind of the smallest cell that each place lies in.</summary>
    private static IEnumerable<int> TokenGroups(Smear smear) => Enumerable.Range(0, CellNet.Tokens).Select(token =>
    {
        var (x, y) = ((token % CellNet.TokenColumns + 0.5) * CellNet.TokenSide, (token / CellNet.TokenColumns + 0.5) * CellNet.TokenSide);
        return smear.Cells.Where(cell => cell.Box.Left <= x && x < cell.Box.Right && cell.Box.Top <= y && y < cell.Box.Bottom)
            .OrderBy(cell => cell.Box.Area).Select(cell => cell.Kind).FirstOrDefault(Smear.Kinds.Count);
    });

    private static IEnumerable<byte> Bytes(Smear smear) =>
        smear.Pixels.Concat(MemoryMarshal.AsBytes(smear.Cells.ToArray().AsSpan()).ToArray());
}
