using LibMoE.Fuzz;
using LibMoE.Runtime;
using SharpFuzz;

// LibMoE.Fuzz TARGET                 one input from standard input, as afl-fuzz gives it
// LibMoE.Fuzz TARGET --runs N SEED   N mutated inputs without afl-fuzz
// LibMoE.Fuzz TARGET --input FILE    one input, with what is said of it
// LibMoE.Fuzz TARGET --seeds FOLDER  writes the inputs to start from
// LibMoE.Fuzz                        lists the targets
NativeThreads.SleepWhileWaiting();
if (args.Length == 0)
{
    Console.WriteLine(string.Join('\n', FuzzTargets.All.Select(target => target.Name)));
    return 0;
}

if (FuzzTargets.All.SingleOrDefault(known => known.Name == args[0]) is not { } target)
{
    Console.Error.WriteLine(
        $"error: There is no target '{args[0]}'; it must be one of {string.Join(", ", FuzzTargets.All.Select(known => known.Name))}.");
    return 2;
}

switch (args[1..])
{
    case ["--runs", var runs, var seed] when int.TryParse(runs, out var count) && int.TryParse(seed, out var start):
        var read = FuzzRun.Mutate(target, count, start, target.Kept());
        Console.WriteLine($"{count} runs of {target.Name}: {read} inputs were read, the others refused; nothing found");
        return 0;
    case ["--input", var file]:
        Console.WriteLine(FuzzRun.Answer(target, File.ReadAllBytes(file)));
        return 0;
    case ["--seeds", var folder]:
        Directory.CreateDirectory(folder);
        foreach (var (index, seed) in target.Seeds().Index())
        {
            File.WriteAllBytes(Path.Combine(folder, $"seed-{index}"), seed);
        }

        return 0;
    case []:
        // Instrumented code may run inside the call only.
        var isPrepared = false;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            if (!isPrepared)
            {
                target.Prepare();
                isPrepared = true;
            }

            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            FuzzRun.One(target, memory.ToArray());
        });
        return 0;
    default:
        Console.Error.WriteLine("error: After the target come nothing, --runs N SEED, --input FILE or --seeds FOLDER.");
        return 2;
}
