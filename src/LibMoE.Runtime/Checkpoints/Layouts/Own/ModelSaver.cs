using System.Text.Json;
using LibMoE.Runtime.Files;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Saves a model that was not trained here as a checkpoint, for everything that takes one.</summary>
public static class ModelSaver
{
    /// <summary>Writes a checkpoint of step 0: parameters, which model they are of, and its tokenizer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="cell">The folder of the cell; the checkpoint goes into <c>checkpoints/step-0</c>.</param>
    /// <exception cref="StorageException">The cell has a checkpoint already, or it could not be written.</exception>
    public static void Save(LanguageModel model, ITokenizer tokenizer, string cell)
    {
        using var scope = NewDisposeScope();
        var store = new CheckpointStore(DiskFiles.Instance, Path.Combine(cell, CheckpointStore.FolderName));
        if (store.Steps().Count > 0)
        {
            throw new StorageException(
                store.Folder, StorageCause.AlreadyExists, $"{store.Folder} holds checkpoints already; choose a folder without any");
        }

        var state = CheckpointState.Of(model, TokenizerIdentity.Of(tokenizer), step: 0);
        var tensors = model.state_dict().Select(entry => TensorPayload.Of(entry.Key, entry.Value)).ToList();
        store.Save(0, files =>
        {
            files.Write(Checkpoint.ModelFile, writer => SafetensorsWriter.Write(writer, tensors));
            foreach (var file in tokenizer.Files)
            {
                files.Write(file.Name, writer => writer.Write(file.Bytes.Span));
            }

            files.Write(Checkpoint.StateFile, writer => writer.Write(JsonSerializer.SerializeToUtf8Bytes(state, RunJson.Indented)));
        });
    }
}
