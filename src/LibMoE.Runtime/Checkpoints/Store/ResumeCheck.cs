using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Kernels.Matmul.Choosing;

namespace LibMoE.Runtime.Checkpoints.Store;

/// <summary>Finds what differs between the run that a checkpoint is of and the one that wants to go on with it.</summary>
internal static class ResumeCheck
{
    /// <summary>Settings that change no number of a run.</summary>
    private static readonly string[] Free =
    [
        "Training:CheckpointEvery", "Training:Distill:Store", "Training:KeepLast", "Training:NonFiniteLimit", "Training:Recompute",
        "Training:ShardBytes",
    ];

    /// <summary>Refuses to go on where something that matters differs.</summary>
    /// <param name="saved">The checkpoint's.</param>
    /// <param name="now">This run's.</param>
    /// <param name="allowed">Keys, or whole sections, that may differ.</param>
    /// <exception cref="ConfigurationException">Something differs; the message names each key with both values.</exception>
    public static void ThrowIfChanged(CheckpointState saved, CheckpointState now, IReadOnlyList<string> allowed)
    {
        var changes = Changes(saved, now).Where(change => !allowed.Any(key => Covers(key, change.Key))).ToList();
        if (changes.Count > 0)
        {
            throw new ConfigurationException(
                string.Join(" ", changes.Select(change => $"{change.Key} is {change.Now}, but the run to be resumed has {change.Saved}."))
                + $" Change it back, or allow it by --allow-change {string.Join(',', changes.Select(change => change.Key))}.");
        }
    }

    /// <summary>What is not a setting, but decides the bits of a result: one sentence each.</summary>
    public static IEnumerable<string> Warnings(CheckpointState saved, CheckpointState now)
    {
        if (saved.Machine.Threads != now.Machine.Threads)
        {
            yield return $"The run was started with {saved.Machine.Threads} thread(s) and continues with {now.Machine.Threads}; "
                + "its numbers may differ in the last bits.";
        }

        if (saved.CpuCapability != now.CpuCapability)
        {
            yield return $"The run was started with {saved.CpuCapability} kernels and continues with {now.CpuCapability}; its numbers may "
                + "differ in the last bits.";
        }

        if (saved.Float32Products != now.Float32Products)
        {
            yield return $"The run was started with the float32 matmuls {saved.Float32Products} and continues with {now.Float32Products}; "
                + $"its numbers may differ in the last bits, which {ProductTable.Variable}={saved.Float32Products} keeps where threads "
                + "are as many.";
        }

        foreach (var (name, version) in now.Versions)
        {
            if (saved.Versions.TryGetValue(name, out var before) && before != version)
            {
                yield return $"The run was started with {name} {before} and continues with {version}.";
            }
        }
    }

    /// <summary>Every difference, with both values.</summary>
    public static IEnumerable<(string Key, string Saved, string Now)> Changes(CheckpointState saved, CheckpointState now)
    {
        if (saved.Variant != now.Variant)
        {
            yield return ("Study:Variants", saved.Variant, now.Variant);
        }

        if (saved.Full != now.Full)
        {
            yield return ("Declaration", Text(saved), Text(now));
        }

        if (Tokens(saved) != Tokens(now))
        {
            yield return ("Tokenizer", Short(Tokens(saved)), Short(Tokens(now)));
        }

        if (saved.Corpus?.Sha256 != now.Corpus?.Sha256)
        {
            yield return ("Corpus", Text(saved.Corpus), Text(now.Corpus));
        }

        if (!saved.Domains.SequenceEqual(now.Domains))
        {
            yield return ("Corpus:Domains", Text(saved.Domains), Text(now.Domains));
        }

        foreach (var change in ((IEnumerable<(string Key, string Saved, string Now)>)
        [
            .. Changes("Learner", saved.Learner, now.Learner), .. Changes("Model", saved.Model, now.Model),
            .. Changes("Training", saved.Training, now.Training),
        ]))
        {
            if (!Free.Contains(change.Key))
            {
                yield return change;
            }
        }
    }

    private static string Tokens(CheckpointState state) => state.Learner is null ? state.Tokenizer.Hash : "none";

    private static IEnumerable<(string Key, string Saved, string Now)> Changes<T>(string section, T saved, T now)
    {
        var (before, after) = (Values(saved), Values(now));
        return from key in before.Keys.Union(after.Keys)
               let pair = (Saved: before.GetValueOrDefault(key, "not set"), Now: after.GetValueOrDefault(key, "not set"))
               where pair.Saved != pair.Now
               select ($"{section}:{char.ToUpperInvariant(key[0])}{key[1..]}", pair.Saved, pair.Now);
    }

    /// <summary>A settings record's values by key, as its JSON says them.</summary>
    private static Dictionary<string, string> Values<T>(T settings) =>
        (JsonSerializer.SerializeToNode(settings, RunJson.Indented) as JsonObject ?? [])
        .ToDictionary(entry => entry.Key, entry => entry.Value?.ToJsonString().Trim('"') ?? "not set");

    /// <summary>Whether a key that may differ, or a whole section, is that of a change.</summary>
    public static bool Covers(string allowed, string key) =>
        key.Equals(allowed, StringComparison.OrdinalIgnoreCase) || key.StartsWith(allowed + ":", StringComparison.OrdinalIgnoreCase);

    private static string Text(CheckpointState state) => state.Declaration is { } declared
        ? $"'{declared.StructureText} {declared.CoefficientsText}'".ReplaceLineEndings(" ")
        : $"a dense {(state.Learner is null ? "FFN" : "model")} of structure {Short(state.Structure)}";

    private static string Text(CorpusIdentity? corpus) => corpus is null ? "none" : $"{corpus.Name} (SHA-256 {Short(corpus.Sha256)}…)";

    private static string Text(IReadOnlyList<DomainShare> domains) =>
        string.Join(", ", domains.Select(domain => FormattableString.Invariant($"{domain.Name} {domain.Share}")));

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
