namespace LibMoE.Runtime.Checkpoints.Layouts.Llama2c;

/// <summary>A <c>.bin</c> file of llama2.c, version 0, with the tokenizer beside it: <c>tok512.bin</c> where the model has 512 ids, or
/// <c>tokenizer.bin</c>.</summary>
internal sealed class Llama2cLayout : ModelLayout
{
    private const string Extension = ".bin";

    /// <inheritdoc />
    public override string Description => "a llama2.c file (.bin, version 0)";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path) =>
        path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && files.Find(path) is { Kind: not RunEntryKind.Folder };

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        using var file = Llama2cFile.Open(place.Files, place.Path);
        var config = file.Header.ToConfig();
        var model = StoredTensors.Load(
            config, null, place.DType, file, [.. Maps(config)], name => name.StartsWith("freq_cis_", StringComparison.Ordinal),
            place.Device);
        return new LoadedModel(
            Path.GetFileNameWithoutExtension(place.Path), model, () => Tokenizer(place.Path, config.Vocabulary),
            place.Files.Sha256(place.Path));
    }

    private static IEnumerable<TensorMap> Maps(ModelConfig config)
    {
        yield return TensorMap.Same("embedding.weight", "token_embedding_table");
        for (var block = 0; block < config.Layers; block++)
        {
            var prefix = $"blocks.{block}.";
            yield return TensorMap.Same(prefix + "attention_norm.weight", $"rms_att_weight.{block}");
            yield return TensorMap.Same(prefix + "attention.query.weight", $"wq.{block}");
            yield return TensorMap.Same(prefix + "attention.key.weight", $"wk.{block}");
            yield return TensorMap.Same(prefix + "attention.value.weight", $"wv.{block}");
            yield return TensorMap.Same(prefix + "attention.output.weight", $"wo.{block}");
            yield return TensorMap.Same(prefix + "ffn_norm.weight", $"rms_ffn_weight.{block}");
            yield return TensorMap.GateUp(prefix + "ffn.gate_up", $"w1.{block}", $"w3.{block}");
            yield return TensorMap.Transposed(prefix + "ffn.down", $"w2.{block}");
        }

        yield return TensorMap.Same("norm.weight", "rms_final_weight");
        if (!config.TieEmbeddings)
        {
            yield return TensorMap.Same("head.weight", "wcls");
        }
    }

    private static ScoreMergeTokenizer Tokenizer(string path, int vocabulary)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] names = [$"tok{vocabulary}.bin", "tokenizer.bin"];
        var found = names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new ConfigurationException($"{path} has no tokenizer beside it; put {string.Join(" or ", names)} into its folder.");
        return ScoreMergeTokenizer.Load(found);
    }
}
