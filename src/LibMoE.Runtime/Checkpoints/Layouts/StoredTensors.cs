using LibMoE.Runtime.Common;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>Fills a model from stored tensors, once it is clear that they are the model's.</summary>
internal static class StoredTensors
{
    private const int Listed = 12;

    /// <summary>Makes a model from stored tensors. Nothing of its size is allocated before they are known to be there and to fit.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="variant">The mixture in its MoE blocks; null for a dense model.</param>
    /// <param name="dtype">The type that parameters get.</param>
    /// <param name="source">Where they are stored.</param>
    /// <param name="maps">How each of the model's tensors is stored.</param>
    /// <param name="carriesNothing">Stored names that are not looked at, such as tables that follow from the configuration.</param>
    /// <param name="device">Where the model is made; null is the processor.</param>
    /// <exception cref="StorageException">Tensors are missing, unknown or of another shape: the message lists them.</exception>
    public static LanguageModel Load(
        ModelConfig config,
        MoeVariant? variant,
        ScalarType dtype,
        ITensorSource source,
        IReadOnlyList<TensorMap> maps,
        Predicate<string> carriesNothing,
        Device? device = null)
    {
        Check(Shapes(config, variant), source, maps, carriesNothing);
        var model = LanguageModel.Create(config, variant, dtype: dtype, device: device);
        try
        {
            Fill(model, source, maps);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Fills a model from stored tensors that were checked.</summary>
    public static void Fill(nn.Module model, ITensorSource source, IReadOnlyList<TensorMap> maps)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var state = model.state_dict();
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

    /// <summary>The names and shapes of a model's tensors, by formula.</summary>
    public static IReadOnlyDictionary<string, long[]> Shapes(ModelConfig config, MoeVariant? variant)
    {
        config = BlockLayout.Of(config, variant?.Declaration);
        var shapes = BackboneParameters.Of(config, mixture: variant is not null).ToDictionary(spec => spec.Name, spec => spec.Shape);
        foreach (var (block, declaration, shape) in variant is null ? [] : ModelCost.Of(config, variant.Declaration))
        {
            foreach (var spec in declaration.Parameters(shape))
            {
                shapes.Add($"blocks.{block}.ffn.{spec.Name}", spec.Shape);
            }
        }

        return shapes;
    }

    /// <summary>Refuses stored tensors that are not those of a model.</summary>
    /// <exception cref="StorageException">Tensors are missing, unknown or of another shape: the message lists them.</exception>
    public static void Check(
        IReadOnlyDictionary<string, long[]> shapes, ITensorSource source, IReadOnlyList<TensorMap> maps, Predicate<string> carriesNothing)
    {
        var mapped = maps.SelectMany(map => map.Ours).ToHashSet();
        var left = shapes.Keys.Where(name => !mapped.Contains(name)).Concat(mapped.Where(name => !shapes.ContainsKey(name))).ToList();
        if (left.Count > 0)
        {
            throw new InvalidOperationException($"The layout does not say how the model's tensors are stored: {string.Join(", ", left)}.");
        }

        var expected = maps.SelectMany(map => map.Stored.Zip(StoredShapes(map, shapes)))
            .ToDictionary(entry => entry.First, entry => entry.Second);
        var missing = expected.Keys.Where(name => source.Find(name) is null).ToList();
        var unknown = source.Tensors.Select(layout => layout.Name)
            .Where(name => !expected.ContainsKey(name) && !carriesNothing(name)).ToList();
        var problems = new List<string>();
        AddList(problems, "missing", missing);
        AddList(problems, "unknown", unknown.ConvertAll(MessageText.Quote));
        AddList(problems, "of the wrong shape", [.. expected.Select(entry => (source.Find(entry.Key), entry.Value))
            .Where(entry => entry.Item1 is { } found && !found.Shape.SequenceEqual(entry.Value))
            .Select(entry => $"{entry.Item1} instead of [{string.Join(", ", entry.Value)}]")]);
        var packed = maps.Where(map => map.Packed).SelectMany(map => map.Stored).ToHashSet();
        AddList(problems, "of a type that no parameter has", [.. expected.Keys.Select(source.Find).OfType<TensorLayout>()
            .Where(found => packed.Contains(found.Name)
                ? found.DType.Torch is not ScalarType.Byte
                : found.DType.Torch is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16))
            .Select(found => found.ToString())]);
        if (problems.Count > 0)
        {
            throw new StorageException(
                source.Path, StorageCause.Damaged,
                $"{source.Path} does not hold the tensors of the model that it describes: {string.Join("; ", problems)}");
        }
    }

    /// <summary>The shapes of the stored tensors, by cutting tensors without data.</summary>
    private static IReadOnlyList<long[]> StoredShapes(TensorMap map, IReadOnlyDictionary<string, long[]> shapes)
    {
        using var scope = NewDisposeScope();
        return [.. map.Cut([.. map.Ours.Select(name => empty(shapes[name], device: META))]).Select(tensor => tensor.shape)];
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
