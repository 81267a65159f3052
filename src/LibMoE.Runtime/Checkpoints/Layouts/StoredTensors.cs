using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Fills a model from stored tensors, once it is clear that they are the model's.</summary>
internal static class StoredTensors
{
    private const int Listed = 12;

    /// <summary>Copies every tensor of the model from its stored form.</summary>
    /// <param name="model">Takes the values; its own are lost.</param>
    /// <param name="source">Where they are stored.</param>
    /// <param name="maps">How each of the model's tensors is stored.</param>
    /// <param name="ignored">Stored names that carry nothing, such as tables that follow from the configuration.</param>
    /// <exception cref="StorageException">Tensors are missing, unknown or of another shape: the message lists them.</exception>
    public static void Fill(LanguageModel model, ITensorSource source, IReadOnlyList<TensorMap> maps, Predicate<string>? ignored = null)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var state = model.state_dict();
        Check(state, source, maps, ignored ?? (_ => false));
        foreach (var map in maps)
        {
            using var part = NewDisposeScope();
            var ours = map.Join([.. map.Stored.Select(name => source.Read(name))]);
            foreach (var (name, tensor) in map.Ours.Zip(ours))
            {
                state[name].copy_(tensor);
            }
        }
    }

    private static void Check(
        IReadOnlyDictionary<string, Tensor> state, ITensorSource source, IReadOnlyList<TensorMap> maps, Predicate<string> ignored)
    {
        var mapped = maps.SelectMany(map => map.Ours).ToHashSet();
        var left = state.Keys.Where(name => !mapped.Contains(name)).Concat(mapped.Where(name => !state.ContainsKey(name))).ToList();
        if (left.Count > 0)
        {
            throw new InvalidOperationException($"The layout does not say how the model's tensors are stored: {string.Join(", ", left)}.");
        }

        var expected = maps.SelectMany(map => map.Stored.Zip(Shapes(map, state))).ToDictionary(entry => entry.First, entry => entry.Second);
        var missing = expected.Keys.Where(name => source.Find(name) is null).ToList();
        var unknown = source.Tensors.Select(layout => layout.Name).Where(name => !expected.ContainsKey(name) && !ignored(name)).ToList();
        var problems = new List<string>();
        AddList(problems, "missing", missing);
        AddList(problems, "unknown", unknown.ConvertAll(MessageText.Quote));
        AddList(problems, "of the wrong shape", [.. expected.Select(entry => (source.Find(entry.Key), entry.Value))
            .Where(entry => entry.Item1 is { } found && !found.Shape.SequenceEqual(entry.Value))
            .Select(entry => $"{entry.Item1} instead of [{string.Join(", ", entry.Value)}]")]);
        AddList(problems, "of a type that no parameter has", [.. expected.Keys.Select(source.Find)
            .Where(found => found?.DType.Torch is not (null or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16))
            .Select(found => found!.ToString())]);
        if (problems.Count > 0)
        {
            throw new StorageException(
                source.Path, StorageCause.Damaged, $"{source.Path} does not hold the tensors of the model that it describes: {string.Join("; ", problems)}");
        }
    }

    /// <summary>The shapes of the stored tensors, by cutting tensors without data.</summary>
    private static IReadOnlyList<long[]> Shapes(TensorMap map, IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = NewDisposeScope();
        return [.. map.Cut([.. map.Ours.Select(name => empty(state[name].shape, device: META))]).Select(tensor => tensor.shape)];
    }

    private static void AddList(List<string> problems, string what, List<string> items)
    {
        if (items.Count > 0)
        {
            var more = items.Count > Listed ? $" and {items.Count - Listed} more" : "";
            problems.Add($"{what}: {string.Join(", ", items.Take(Listed))}{more}");
        }
    }
}
