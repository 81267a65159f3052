using LibMoE;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
await builder.UseLearner(setup => new TableLearner(setup)).Build().RunAsync();

[MoeLayer, Experts<Relu>(8, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class TableMoe;

public sealed class TableNet : nn.Module<Tensor, MoeContext, (Tensor Logits_NC, Routing? Routing)>
{
    private readonly Linear embed = nn.Linear(6, 32), head = nn.Linear(32, 2);
    private readonly FeedForward ffn;

    public TableNet(LearnerSetup setup) : base(nameof(TableNet))
    {
        ffn = setup.FeedForward(dim: 32, prefix: "ffn.");                // the mixture, or a dense FFN of equal active parameters
        RegisterComponents();
    }

    public override (Tensor Logits_NC, Routing? Routing) forward(Tensor x_NF, MoeContext context)
    {
        var h_ND = embed.forward(x_NF).relu();
        var (mixed_ND, routing) = ffn.forward(h_ND, context);
        return (head.forward(h_ND.Plus(mixed_ND)), routing);
    }
}

public sealed class TableLearner(LearnerSetup setup) : Learner
{
    private static readonly Random Made = new(1);
    private static readonly float[][] Rows = [.. Enumerable.Range(0, 30000).Select(_ => Made.NextSingle() * 2 - 1).Chunk(6)];
    private readonly TableNet _net = new(setup);

    public override nn.Module Model => _net;
    public override CorpusIdentity Data { get; } = CorpusIdentity.Of("a table", Rows.SelectMany(row => row));
    public override IReadOnlyList<LearnerMetric> Metrics => [new("accuracy", "share of rows", MetricDirection.Higher), LearnerMetric.Loss];
    public override long HeldOutExamples => 1000;                        // the last rows
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var (losses_N, _, routings) = Run(row => new Random((int)(setup.Seed + position + row)).Next(4000), examples, context);
        return new Objective(losses_N.mean(), routings);
    }
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var (losses_N, right_N, routings) = Run(row => 4000 + (int)first + row, examples, context);
        return new Scores([[.. right_N.data<double>()], [.. losses_N.to(float64).cpu().data<double>()]], routings);
    }
    private (Tensor Losses_N, Tensor Right_N, Routing[] Routings) Run(Func<int, int> row, int count, MoeContext context)
    {
        float[][] rows = [.. Enumerable.Range(0, count).Select(place => Rows[row(place)])];
        var y_N = tensor(rows.Select(x => x[2 + (x[0] > 0 ? 2 : 0) + (x[1] > 0 ? 1 : 0)] > 0 ? 1L : 0).ToArray(), device: setup.Device);
        var (logits_NC, routing) = _net.forward(tensor(rows.SelectMany(x => x).ToArray(), [count, 6], device: setup.Device), context);
        var losses_N = nn.functional.cross_entropy(logits_NC, y_N, reduction: nn.Reduction.None);
        return (losses_N, logits_NC.argmax(1).eq(y_N).to(float64).cpu(), routing is null ? [] : [routing]);
    }
}
