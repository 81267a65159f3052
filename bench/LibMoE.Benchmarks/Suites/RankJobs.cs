using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>What several ranks can be told to do together. This process is the first rank; the others are processes of this program, which
/// wait without using the processor until it says what comes next.</summary>
internal sealed class RankJobs : IDisposable
{
    private const long End = -1;
    private const string Apart = "processes side by side, a part of the batch each";
    private const string Copies = "ranks with all experts, 1 thread each";
    private const string Shared = "ranks that share experts, 1 thread each";
    private const string Small = "a sum of one number";
    private const string Gradients = "a sum of as many numbers as parameters";
    private const string Rows = "an exchange of a layer's rows";
    private const string Update = "an update of all parameters";

    private readonly Ranks _ranks;
    private readonly List<Process> _others;
    private readonly RankTraining _apart;
    private readonly RankTraining _copies;
    private readonly RankTraining _shared;
    private readonly LanguageModel _updated;
    private readonly Tensor _gradients;
    private readonly Tensor _rows_ND;
    private readonly Action _update;

    private RankJobs(Ranks ranks, List<Process> others)
    {
        (_ranks, _others) = (ranks, others);
        _copies = new RankTraining(ranks, ExpertRanks.Unshared);
        _shared = new RankTraining(ranks, ranks.Experts);
        _apart = new RankTraining(Ranks.One, part: ranks.Size);
        _updated = LanguageModel.Create(RankTraining.Model, RankTraining.Variant);
        var parameters = _updated.parameters().ToList();
        parameters.ForEach(parameter => parameter.grad = zeros_like(parameter));
        _update = TrainingStep.Update(parameters, fused: true);
        _gradients = zeros(parameters.Sum(parameter => parameter.numel()));
        _rows_ND = zeros(RowsOfRank / ranks.Size * ranks.Size, RankTraining.Size.Dim);
    }

    /// <summary>Whether ranks can be joined here.</summary>
    public static bool AreMeasurable => File.Exists(Path.Combine(AppContext.BaseDirectory, "libmoe_c10d.so"));

    /// <summary>R.</summary>
    public int Size => _ranks.Size;

    /// <summary>Bytes of all gradients.</summary>
    public double GradientBytes => _gradients.numel() * (double)_gradients.element_size();

    /// <summary>Bytes of the rows of a rank, those that stay with it among them.</summary>
    public double RowBytes => _rows_ND.numel() * (double)_rows_ND.element_size();

    private int RowsOfRank => RankTraining.Size.Rows / _ranks.Size;

    /// <summary>Starts the other ranks, and joins them.</summary>
    public static RankJobs Start(int size)
    {
        var port = FreePort();
        var others = Enumerable.Range(1, size - 1).Select(rank => Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                typeof(RankJobs).Assembly.Location, "--follow",
                .. new[] { port, rank, size }.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            ]))!).ToList();
        return new RankJobs(Join(port, 0, size), others);
    }

    /// <summary>What another rank does: whatever the first says.</summary>
    public static void Follow(int port, int rank, int size)
    {
        using var ranks = Join(port, rank, size);
        using var jobs = new RankJobs(ranks, []);
        var work = jobs.Work();
        for (var next = jobs.Next(End); next != End; next = jobs.Next(End))
        {
            work[(int)next].Work();
        }
    }

    /// <summary>All processes side by side, each with a model of its own.</summary>
    public Contender SideBySide() => Of(Apart);

    /// <summary>A step of ranks that have all experts.</summary>
    public Contender DataParallel() => Of(Copies);

    /// <summary>A step of ranks that share them.</summary>
    public Contender ExpertParallel() => Of(Shared);

    /// <summary>What a step is made of besides arithmetic: a small sum, the gradients' sum, an exchange of rows, an update.</summary>
    public IReadOnlyList<Contender> Parts() => [Of(Small), Of(Gradients), Of(Rows), Of(Update)];

    /// <summary>The rows of the busiest rank over the mean, where the ranks share experts.</summary>
    public double BusiestRank() => _apart.BusiestRank(Size);

    public void Dispose()
    {
        if (_ranks.IsFirst)
        {
            _ = Next(End);
            _others.ForEach(other => other.WaitForExit());
        }

        foreach (var made in new IDisposable[] { _apart, _copies, _shared, _updated, _gradients, _rows_ND, _ranks }.Concat(_others))
        {
            made.Dispose();
        }
    }

    private Contender Of(string name)
    {
        var work = Work();
        var at = work.FindIndex(job => job.Name == name);
        return new Contender($"{Size} {name}", _ =>
        {
            Next(at);
            work[at].Work();
        });
    }

    private List<(string Name, Action Work)> Work() =>
    [
        (Apart, () => Together(_apart.Step)),
        (Copies, _copies.Step),
        (Shared, _shared.Step),
        (Small, () => _ranks.Barrier(Small)),
        (Gradients, () => _ranks.Sum(_gradients, Gradients)),
        (Rows, () =>
        {
            var parts_R = Enumerable.Repeat(_rows_ND.shape[0] / Size, Size).ToArray();
            _ranks.Exchange(_rows_ND, parts_R, parts_R, Rows).Dispose();
        }),
        (Update, () => Together(_update)),
    ];

    private void Together(Action work)
    {
        work();
        _ranks.Barrier("all are done");
    }

    /// <summary>Which job comes next, as the first says; the others say 0 beside it.</summary>
    private long Next(long job)
    {
        using var said = tensor(new[] { _ranks.IsFirst ? job : 0 });
        _ranks.Sum(said, "what to do next");
        return said.data<long>()[0];
    }

    private static Ranks Join(int port, int rank, int size) => RankGroup.Join(
        new RankOptions { LimitSeconds = 300, Experts = size },
        new RankPlace(rank, size, rank, size, RankPlace.Loopback, port, "the benchmark"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
