using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LibMoE.Runtime.Files;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Distilling;

/// <summary>A teacher's answers on disk, so that many students can learn from one asking: a folder by seed, with a file for every
/// micro-batch. Logits keep their bits.</summary>
internal sealed class LogitStore
{
    private const string IdentityFile = "store.json";
    private const string Logits = "logits";
    private const string Classes = "classes";
    private const string Count = "count";

    private readonly IRunFiles _files;
    private readonly string _folder;

    private LogitStore(IRunFiles files, string folder)
    {
        (_files, _folder) = (files, folder);
    }

    /// <summary>Opens a store, or begins one.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="distill">Where it is, and what of the answers is kept.</param>
    /// <param name="teacher">Who answers.</param>
    /// <param name="config">Which examples are at a position.</param>
    /// <exception cref="ConfigurationException">What lies there is of another teacher, other examples or other settings.</exception>
    /// <exception cref="StorageException">It cannot be read or written.</exception>
    public static LogitStore Open(IRunFiles files, DistillConfig distill, Learner teacher, TrainingConfig config)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"{distill.Store}/seed-{config.Seed}");
        var state = teacher.Identity(config with { Distill = null });
        var identity = new Dictionary<string, string>
        {
            ["teacher"] = Hash(teacher.Model),
            ["data"] = state.Corpus?.Sha256 ?? "",
            ["shares"] = string.Join(' ', state.Domains.Select(domain => domain.ToString())),
            ["learner"] = JsonSerializer.Serialize(state.Learner, RunJson.Line),
            ["batch"] = $"{config.Batch} of {config.SequenceLength}",
            ["topK"] = distill.TopK.ToString(CultureInfo.InvariantCulture),
            ["routing"] = distill.Routing.ToString(),
        };
        var path = $"{folder}/{IdentityFile}";
        if (files.Find(path) is null)
        {
            files.CreateFolders(folder);
            files.WriteAtomically(path, JsonSerializer.SerializeToUtf8Bytes(identity, RunJson.Indented));
        }

        var stored = JsonSerializer.Deserialize<Dictionary<string, string>>(files.ReadAll(path), RunJson.Indented)!;
        var other = identity.Where(entry => stored.GetValueOrDefault(entry.Key) != entry.Value).Select(entry => entry.Key).ToList();
        return other.Count == 0
            ? new LogitStore(files, folder)
            : throw new ConfigurationException(
                $"Training:Distill:Store is '{distill.Store}', whose {string.Join(", ", other)} differ from this run's ({path}); name "
                    + "another folder, or delete this one.");
    }

    /// <summary>The answer to a micro-batch: the stored one, or a new one that is stored.</summary>
    /// <param name="position">The number of its first example.</param>
    /// <param name="examples">How many.</param>
    /// <param name="ask">Asks the teacher.</param>
    /// <param name="device">Where the answer is put.</param>
    /// <exception cref="StorageException">It cannot be read or written.</exception>
    public TeacherAnswer Of(long position, int examples, Func<TeacherAnswer> ask, Device device)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{_folder}/{position}-{examples}.safetensors");
        if (_files.Find(path) is null)
        {
            var answer = ask();
            using var scope = NewDisposeScope();
            List<TensorPayload> parts = [TensorPayload.Of(Logits, answer.Logits_NK)];
            if (answer.Classes_NK is { } classes_NK)
            {
                parts.Add(TensorPayload.Of(Classes, classes_NK.to(ScalarType.Int32)));
            }

            SafetensorsWriter.Save(
                _files, path, parts, new Dictionary<string, string> { [Count] = answer.Classes.ToString(CultureInfo.InvariantCulture) });
            return answer;
        }

        using var file = SafetensorsFile.Open(_files, path);
        var kept_NK = file.Find(Classes) is null ? null : file.Read(Classes, device).to(ScalarType.Int64);
        return new TeacherAnswer(file.Read(Logits, device), kept_NK, long.Parse(file.Metadata[Count], CultureInfo.InvariantCulture));
    }

    /// <summary>SHA-256 of all parameters and buffers, in ordinal order of their names.</summary>
    private static string Hash(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, value) in model.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(value.detach().cpu().contiguous().view(-1).bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
