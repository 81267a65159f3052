using System.Globalization;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>Makes a tokenizer from what a configuration or a checkpoint calls it. Adding a kind is one row here.</summary>
public static class TokenizerTable
{
    private static readonly TokenizerRow[] Rows =
    [
        new("bytes", setting => setting == "bytes", (_, _) => new ByteTokenizer()),
        .. TiktokenEncoding.Names.Select(name =>
            new TokenizerRow(name, setting => setting == name, (setting, _) => TiktokenEncoding.Create(setting))),
        new("the path of a tokenizer.json", setting => Path.GetFileName(setting) == TokenizerJson.FileName,
            (setting, _) => TokenizerJson.Load(setting)),
        new("the path of a tokenizer.model", setting => Path.GetFileName(setting) == SentencePieceVocabulary.FileName,
            (setting, _) => SentencePieceVocabulary.Load(setting)),
        new("the path of a vocab.json with its merges.txt", setting => Ends(setting, ".json"), (setting, _) => ByteLevelBpe.Load(setting)),
        new("the path of a tok512.bin", setting => Ends(setting, ".bin"), (setting, _) => ScoreMergeTokenizer.Load(setting)),
        new("bpe:N with N above 256", setting => Pieces(setting) > ByteLetters.Order.Count, Trained),
    ];

    /// <summary>What a setting may be, in words.</summary>
    public static string Allowed => string.Join(", ", Rows.Select(row => row.Setting));

    /// <summary>Whether the table has a row for a setting.</summary>
    internal static bool IsKnown(string setting) => Row(setting) is not null;

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="setting">A name of the table, or the path of a vocabulary file.</param>
    /// <param name="train">Trains a tokenizer of so many pieces; null where there is no corpus to train on.</param>
    /// <exception cref="ConfigurationException">There is no such tokenizer.</exception>
    /// <exception cref="StorageException">A vocabulary file cannot be read, or is not one.</exception>
    public static ITokenizer Create(string setting, Func<int, ITokenizer>? train = null) => Row(setting) is { } row
        ? row.Make(setting, train)
        : throw new ConfigurationException($"There is no tokenizer '{setting}'; it must be one of {Allowed}.");

    /// <summary>Writes what is needed to make a tokenizer again.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="files">The file system.</param>
    /// <param name="folder">Where its <see cref="ITokenizer.Files"/> go; most kinds have none.</param>
    /// <exception cref="StorageException">A file cannot be written.</exception>
    public static void Save(ITokenizer tokenizer, IRunFiles files, string folder)
    {
        foreach (var file in tokenizer.Files)
        {
            files.WriteAtomically(Path.Combine(folder, file.Name), file.Bytes);
        }
    }

    /// <summary>Makes the tokenizer that a checkpoint was trained with.</summary>
    /// <param name="identity">What the checkpoint says of it.</param>
    /// <param name="folder">Where <see cref="Save"/> put its files.</param>
    /// <exception cref="TokenizerException">What is there is another tokenizer.</exception>
    /// <exception cref="StorageException">A vocabulary file cannot be read, or is not one.</exception>
    public static ITokenizer Restore(TokenizerIdentity identity, string folder)
    {
        var local = Path.Combine(folder, identity.Name);
        var setting = Path.GetFileName(identity.Name) == identity.Name && File.Exists(local) ? local : identity.Name;
        var tokenizer = Row(setting)?.Make(setting, null)
            ?? throw new TokenizerException(local, $"the tokenizer {MessageText.Quote(identity.Name)} is none of {Allowed}");
        tokenizer = tokenizer is ByteTokenizer ? new ByteTokenizer { Files = TokenizerCompanions.In(folder) } : tokenizer;
        return tokenizer.Hash == identity.Hash
            ? tokenizer
            : throw new TokenizerException(local, $"the tokenizer has the hash {tokenizer.Hash} where {identity.Hash} was trained with");
    }

    private static ITokenizer Trained(string setting, Func<int, ITokenizer>? train) => train is not null
        ? train(Pieces(setting))
        : throw new ConfigurationException(
            $"The tokenizer '{setting}' is trained on a corpus, and there is none here; name the vocab.json that it was saved as.");

    /// <summary>N of <c>bpe:N</c>; 0 where the setting is none.</summary>
    private static int Pieces(string setting) =>
        setting.StartsWith("bpe:", StringComparison.Ordinal) && int.TryParse(
            setting[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) ? pieces : 0;

    private static TokenizerRow? Row(string setting) => Rows.FirstOrDefault(row => row.Matches(setting));

    private static bool Ends(string setting, string extension) => setting.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private sealed record TokenizerRow(string Setting, Func<string, bool> Matches, Func<string, Func<int, ITokenizer>?, ITokenizer> Make);
}
