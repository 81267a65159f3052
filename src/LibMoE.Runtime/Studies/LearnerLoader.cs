using LibMoE.Runtime.Checkpoints.Layouts.Own;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>Makes a program's own learner again, with what a stored cell was trained to. Which model it is, the program says; that the cell
/// is of this one, its settings and data say.</summary>
/// <param name="declared">The declared layers.</param>
/// <param name="runs">What may differ from the stored cell.</param>
/// <param name="maker">How the program makes learners; null where it trains text.</param>
internal sealed class LearnerLoader(IEnumerable<MoeVariant> declared, RunOptions runs, LearnerMaker? maker = null)
{
    private const int LongestValues = 80;

    /// <summary>Whether a path is of a learner of this program's own.</summary>
    /// <exception cref="ConfigurationException">The path is a run of several cells.</exception>
    /// <exception cref="StorageException">No checkpoint is whole.</exception>
    public bool Knows(string path) => Open(path) is not null;

    /// <summary>The learner; null where the path is of a language model, or the program has no learner of its own.</summary>
    /// <param name="path">A checkpoint, a cell of a run or a run of one cell.</param>
    /// <param name="device">Where the model is made; null is the processor.</param>
    /// <exception cref="ConfigurationException">The path is a run of several cells, or the cell was trained with other settings or data
    /// than the program has.</exception>
    /// <exception cref="StorageException">No checkpoint is whole, or its tensors are not the learner's.</exception>
    public StoredLearner? Load(string path, Device? device = null)
    {
        if (Open(path) is not { State.Training: { } training } checkpoint)
        {
            return null;
        }

        var learner = Make(checkpoint.State, training, checkpoint.Path, device ?? CPU);
        try
        {
            RefuseOther(checkpoint, RunCheckpoint.Identity(learner, training));
            RunCheckpoint.ReadUsed(checkpoint, learner);
            learner.Model.eval();
            return new StoredLearner(learner, checkpoint.ModelSha256);
        }
        catch
        {
            learner.Dispose();
            throw;
        }
    }

    /// <summary>What a student learns from: a stored learner of the program's own, on the examples that the student sees in the same
    /// order, or for a text a language model.</summary>
    /// <param name="training">How the student is trained, with its teacher.</param>
    /// <param name="text">The student's text; null for a learner of the program's own.</param>
    /// <param name="device">Where the student is.</param>
    /// <returns>Null where there is no teacher to load.</returns>
    /// <exception cref="ConfigurationException">There is no such model, or it has other classes or another tokenizer.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public Learner? Teacher(TrainingConfig training, Corpus? text, Device device)
    {
        if (training.Distill is not { Teacher: not DistillConfig.Uniform } distill || distill is { Weight: 0, Hidden: 0, Router: 0 })
        {
            return null;
        }

        var own = training with { Distill = null };
        if (text is not null)
        {
            var loaded = ModelLoader.Load(distill.Teacher, [.. declared], device: device);
            return loaded.Tokenizer.Hash == text.Tokenizer.Hash
                ? new TextLearner(loaded.Model, text, own, ownsModel: true)
                : throw new ConfigurationException(
                    $"Training:Distill:Teacher is '{distill.Teacher}', which reads {loaded.Tokenizer.Name}, and the student reads "
                    + $"{text.Tokenizer.Name}; two tokenizers cannot share logits.");
        }

        if (Open(distill.Teacher) is not { } checkpoint)
        {
            throw new ConfigurationException(
                $"Training:Distill:Teacher is '{distill.Teacher}', where no learner of this program was stored; it must be a checkpoint or "
                + "a cell of a run.");
        }

        var teacher = Make(checkpoint.State, own, checkpoint.Path, device);
        RunCheckpoint.ReadUsed(checkpoint, teacher);
        return teacher;
    }

    private Checkpoint? Open(string path)
    {
        if (maker is null || !Directory.Exists(path))
        {
            return null;
        }

        var (files, folder) = (DiskFiles.Instance, DiskFiles.Instance.Followed(path));
        return CheckpointPlace.IsIn(files, folder) && CheckpointPlace.Open(files, folder) is { State.Learner: not null } checkpoint
            ? checkpoint
            : null;
    }

    /// <summary>A dense baseline matched the mixtures of its study, which only its shapes tell.</summary>
    private Learner Make(CheckpointState state, TrainingConfig training, string path, Device device)
    {
        List<MoeVariant> variants = [.. declared];
        if (CheckpointVariant.Find(variants, state, path) is { } mixture)
        {
            return maker!.Make(mixture, training, matched: null, device);
        }

        Learner? other = null;
        foreach (var matched in variants.Select(variant => (MoeDeclaration?)variant.Declaration).DefaultIfEmpty(null))
        {
            other?.Dispose();
            other = maker!.Make(mixture: null, training, matched, device);
            if (other.StructureHash == state.Structure)
            {
                return other;
            }
        }

        other!.Dispose();
        throw new ConfigurationException($"{path} holds a dense model of other shapes than this program makes.");
    }

    private void RefuseOther(Checkpoint stored, CheckpointState now)
    {
        var changes = ResumeCheck.Changes(stored.State, now).ToList();
        if (changes.FirstOrDefault(change => change.Key == "Corpus") is { Key: not null } data)
        {
            throw new ConfigurationException(
                $"{stored.Path} was trained on {data.Saved}, but this program's learner is of {data.Now}, whose tokens may be others.");
        }

        var settings = changes.Where(change => change.Key.StartsWith("Learner:", StringComparison.Ordinal))
            .Where(change => !runs.AllowedChanges.Any(allowed => ResumeCheck.Covers(allowed, change.Key))).ToList();
        if (settings.Count > 0)
        {
            throw new ConfigurationException(
                $"{stored.Path} was trained with other settings than this program has ({string.Join("; ", settings.Select(Named))}); "
                    + "change them back, or, where they do not matter to the model, allow them by --allow-change "
                    + $"{string.Join(',', settings.Select(change => change.Key))}.");
        }
    }

    /// <summary>With both values where a person can compare them.</summary>
    private static string Named((string Key, string Saved, string Now) change) =>
        change.Saved.Length + change.Now.Length > LongestValues ? change.Key : $"{change.Key} {change.Saved}, here {change.Now}";
}

/// <summary>A learner as it was stored.</summary>
/// <param name="Learner">The learner, in evaluation mode.</param>
/// <param name="Sha256">SHA-256 of the file of its model.</param>
internal sealed record StoredLearner(Learner Learner, string Sha256) : IDisposable
{
    /// <summary>The model as one that is asked.</summary>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="ConfigurationException">It answers no questions.</exception>
    public VisionLanguageAssistant Assistant(string name) => Learner.Assistant ?? throw new ConfigurationException(
        $"{name} holds a learner of a program's own, {Learner.GetType().Name}, which is no language model and answers no questions on "
            + "images; it is measured by its own metrics.");

    /// <inheritdoc />
    public void Dispose() => Learner.Dispose();
}
