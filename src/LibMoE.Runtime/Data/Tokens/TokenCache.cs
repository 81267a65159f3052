using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Sources;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>
/// Token files in the cache folder: built once, found again by the hash of the text, the tokenizer and the version of its code, built again
/// where they are damaged. Of several processes that want to build, one does and the others wait for it.
/// </summary>
/// <param name="files">The file system.</param>
/// <param name="folder">Where they lie.</param>
internal sealed class TokenCache(IRunFiles files, string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private readonly List<string> _notes = [];

    /// <summary>What a user should hear of, one sentence each: files built again, and tokens that had to be kept in memory.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>One part of a domain.</summary>
    /// <param name="scan">Which documents there are.</param>
    /// <param name="heldOut">Whether the held-out part is wanted.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="tokenizer">What makes them into tokens.</param>
    public CorpusPart Part(DocumentScan scan, bool heldOut, ICorpusSource source, ITokenizer tokenizer)
    {
        var path = Path.Combine(folder, $"{Key(scan, heldOut, tokenizer)}.tokens");
        try
        {
            files.CreateFolders(folder);
            using var building = Lock();
            var file = Find(path, tokenizer);
            if (file is null)
            {
                TokenFile.Write(files, path, scan.Part(source.Read(), heldOut), tokenizer);
                file = TokenFile.Check(files, path, tokenizer.Vocabulary);
            }

            return new CorpusPart(new MappedTokens(path, file.Count, file.Width), file.TextBytes, scan.Names(heldOut));
        }
        catch (StorageException fault)
        {
            _notes.Add($"The tokens of {source.Name} are kept in memory: {fault.Message}.");
            return DocumentTokens.InMemory([.. scan.Part(source.Read(), heldOut)], tokenizer);
        }
    }

    /// <summary>The tokenizer of so many pieces that these texts give; trained once.</summary>
    /// <param name="pieces">How many pieces.</param>
    /// <param name="textHash">The hash of the texts.</param>
    /// <param name="texts">The texts.</param>
    /// <exception cref="ConfigurationException">The texts give fewer pieces.</exception>
    public ByteLevelBpe Trained(int pieces, string textHash, IEnumerable<string> texts)
    {
        var home = Path.Combine(folder, $"bpe-{Hash($"byte-level BPE, version 1, rules {TokenizerRules.Version}\0{pieces}\0{textHash}")}");
        try
        {
            files.CreateFolders(home);
            using var building = Lock();
            if (Find(home) is { } found)
            {
                return found;
            }

            var trained = BpeTrainer.Train(texts, pieces);
            TokenizerTable.Save(trained, files, home);
            files.WriteAtomically(Path.Combine(home, "hash.txt"), Encoding.ASCII.GetBytes(trained.Hash));
            return trained;
        }
        catch (StorageException fault)
        {
            _notes.Add($"The tokenizer is trained again in every run: {fault.Message}.");
            return BpeTrainer.Train(texts, pieces);
        }
    }

    private static string Key(DocumentScan scan, bool heldOut, ITokenizer tokenizer) =>
        Hash($"tokens, version 1, rules {TokenizerRules.Version}\0{scan.Sha256}\0{tokenizer.Hash}\0{(heldOut ? "validation" : "train")}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private IDisposable Lock()
    {
        while (true)
        {
            if (files.TryLock(Path.Combine(folder, ".lock")) is { } held)
            {
                return held;
            }

            Thread.Sleep(Patience);
        }
    }

    private TokenFile? Find(string path, ITokenizer tokenizer)
    {
        if (files.Find(path) is null)
        {
            return null;
        }

        try
        {
            return TokenFile.Check(files, path, tokenizer.Vocabulary);
        }
        catch (StorageException fault) when (fault.Cause == StorageCause.Damaged)
        {
            _notes.Add($"{fault.Message}; it is built again.");
            return null;
        }
    }

    /// <summary>A vocabulary that was written whole: its hash, which is written last, is right.</summary>
    private ByteLevelBpe? Find(string home)
    {
        try
        {
            return files.Find(Path.Combine(home, "hash.txt")) is not null
                && ByteLevelBpe.Load(files, Path.Combine(home, "vocab.json")) is var found
                && Encoding.ASCII.GetString(files.ReadAll(Path.Combine(home, "hash.txt"))) == found.Hash
                ? found
                : null;
        }
        catch (StorageException fault) when (fault.Cause is StorageCause.Damaged or StorageCause.NotFound)
        {
            _notes.Add($"{fault.Message.TrimEnd('.')}; it is trained again.");
            return null;
        }
    }
}
