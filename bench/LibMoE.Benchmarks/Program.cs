// Speed and memory of the emitted code, as ratios measured in one process: contenders take turns, and every round's times are divided by
// the same round's time of the baseline, so that a busy machine slows both.
using System.CommandLine;
using LibMoE.Benchmarks;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Benchmarks.Suites;
using LibMoE.Runtime;
using Spectre.Console;

var quick = new Option<bool>("--quick") { Description = "Few rounds, and 2 threads alone: ends within 60 s." };
var filter =
    new Option<string>("--filter") { Description = "Only suites and shapes whose name contains this text, such as layer/S or training." };
var threads = new Option<int[]>("--threads")
{
    Description = "Thread counts to measure with. Default: 1 and 2.",
    AllowMultipleArgumentsPerToken = true
};
var output = new Option<string>("--output") { Description = "Where the results go.", DefaultValueFactory = _ => "bench-results.json" };
var processor = new Option<bool>("--processor-time")
{
    Description = "Processor time in place of wall time: fairer on a busy machine, with 1 thread."
};
var rounds = new Option<int?>("--rounds")
{
    Description = "At least so many rounds of each contest; more bring a median nearer on a busy machine. Default: 9, and more in 5 s."
};
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 1)
    {
        result.AddError("--rounds must be 1 or more.");
    }
});
var llama2c = new Option<string>("--llama2c")
{
    Description = "The path of llama2.c's program, compiled from its run.c: drawing tokens is measured against it too."
};
llama2c.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string>() is { } path && !File.Exists(path))
    {
        result.AddError($"--llama2c must be the path of llama2.c's program; there is no file {path}.");
    }
});
var follow = new Option<int[]>("--follow")
{
    Description = "Be another rank of the benchmark: port, rank, and how many there are.",
    AllowMultipleArgumentsPerToken = true,
    Hidden = true
};
var command = new RootCommand(
    "Measures the emitted layers against plain matmuls and hand-written ones.")
{
    quick, filter, threads, output, processor, rounds, llama2c, follow
};
command.SetAction(parsed =>
{
    NativeThreads.SleepWhileWaiting();
    NativeHeap.KeepFreedMemory();
    if (parsed.GetValue(follow) is [var port, var rank, var size])
    {
        RankJobs.Follow(port, rank, size);
        return 0;
    }

    var settings = new BenchmarkSettings(
        parsed.GetValue(quick),
        parsed.GetValue(filter) ?? "",
        parsed.GetValue(threads) is { Length: > 0 } given ? given : parsed.GetValue(quick) ? [2] : [1, 2],
        parsed.GetValue(processor),
        parsed.GetValue(rounds),
        parsed.GetValue(llama2c));
    var results = new List<Result>();
    foreach (var (name, run) in BenchmarkSuite.Runs(settings)
        .Where(run => run.Name.Contains(settings.Filter, StringComparison.OrdinalIgnoreCase)))
    {
        var measured = run();
        ResultTable.Write(AnsiConsole.Console, name, measured);
        results.AddRange(measured);
    }

    if (results.Count == 0)
    {
        Console.Error.WriteLine(
            $"No contest's name contains '{settings.Filter}'; names are such as layer/S/2 threads/forward and growth/experts/1 threads.");
        return 2;
    }

    ResultFile.Write(parsed.GetValue(output)!, results);
    return 0;
});
return command.Parse(args).Invoke();
