using LibMoE.Fuzz.Targets;

namespace LibMoE.Fuzz;

/// <summary>Every reader of files that others wrote. Adding one is one row here.</summary>
public static class FuzzTargets
{
    /// <summary>The targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("safetensors", TensorFiles.SafetensorsSeeds, TensorFiles.ReadSafetensors),
        new("shard-index", TensorFiles.IndexSeeds, TensorFiles.ReadIndex),
        new("token-file", TokenFiles.Seeds, TokenFiles.Read),
        new("score-merge-vocabulary", Vocabularies.ScoreMergeSeeds, Vocabularies.ReadScoreMerge),
        new("sentence-piece-vocabulary", Vocabularies.SentencePieceSeeds, Vocabularies.ReadSentencePiece),
        new("bpe-vocabulary", Vocabularies.BpeSeeds, Vocabularies.ReadBpe),
        new("bpe-merges", Vocabularies.MergesSeeds, Vocabularies.ReadMerges),
        new("bpe-training", Texts.Seeds, Texts.Train),
        .. Texts.Tokenizers.Select(name => new FuzzTarget($"encode-{name}", Texts.Seeds, bytes => Texts.RoundTrip(name, bytes))
        {
            Prepare = () => Texts.RoundTrip(name, []),
        }),
        new("text", Documents.TextSeeds, bytes => Documents.Read("input.txt", bytes)),
        new("json-lines", Documents.JsonSeeds, bytes => Documents.Read("input.jsonl", bytes)),
        new("parquet", Documents.ParquetSeeds, bytes => Documents.Read("input.parquet", bytes)),
        new("text-gzip", Documents.GzipSeeds(Documents.TextSeeds), bytes => Documents.Read("input.txt.gz", bytes)) { Memory = null },
        new("json-lines-gzip", Documents.GzipSeeds(Documents.JsonSeeds),
            bytes => Documents.Read("input.jsonl.gz", bytes)) { Memory = null },
    ];
}
