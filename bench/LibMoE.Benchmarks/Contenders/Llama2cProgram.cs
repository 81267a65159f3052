using System.Diagnostics;
using System.Globalization;
using System.Text;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>llama2.c's own program (Karpathy 2023), compiled by whoever measures, on the weights of a dense model.</summary>
/// <remarks>Pieces of its tokenizer are the tokens' ids, so that its text says which tokens it drew.</remarks>
internal sealed class Llama2cProgram : IDisposable
{
    /// <summary>The id that its texts start with, and end at.</summary>
    public const int Start = 1;

    private readonly string _program;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llama2c-");

    /// <param name="program">The path of its program.</param>
    /// <param name="model">A Llama whose head is its embedding and whose rotary channels are interleaved.</param>
    public Llama2cProgram(string program, LanguageModel model)
    {
        _program = Path.GetFullPath(program);
        WriteModel(model, ModelPath);
        WritePieces(model.Config.Vocabulary, PiecesPath);
    }

    private string ModelPath => Path.Combine(_folder.FullName, "model.bin");

    private string PiecesPath => Path.Combine(_folder.FullName, "tokenizer.bin");

    /// <summary>Draws so many tokens, the most probable each.</summary>
    /// <returns>What it drew, and its own tokens per second, counted from the first.</returns>
    public (int[] Tokens, double TokensPerSecond) Draw(int tokens)
    {
        using var process = Process.Start(new ProcessStartInfo(_program, [ModelPath, "-t", "0", "-n", $"{tokens}", "-z", PiecesPath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var speed = errors.Result.Split("tok/s:").Last();
        return double.TryParse(speed, CultureInfo.InvariantCulture, out var perSecond)
            ? ([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)], perSecond)
            : throw new InvalidOperationException($"{_program} did not say how fast it was: {errors.Result.Trim()}");
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);

    private static void WritePieces(int vocabulary, string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        var pieces = Enumerable.Range(0, vocabulary).Select(id => Encoding.ASCII.GetBytes($"{id}\n")).ToList();
        writer.Write(pieces.Max(piece => piece.Length));
        foreach (var piece in pieces)
        {
            writer.Write(0f);
            writer.Write(piece.Length);
            writer.Write(piece);
        }
    }

    /// <summary>The file of version 0: seven numbers, then every kind of matrix for all blocks.</summary>
    private static void WriteModel(LanguageModel model, string path)
    {
        var (config, named) = (model.Config, model.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter));
        using var writer = new BinaryWriter(File.Create(path));
        foreach (var number in new[]
        {
            config.Dim, config.Hidden, config.Layers, config.Heads, config.KeyValueHeadCount, config.Vocabulary, config.Context,
        })
        {
            writer.Write(number);
        }

        Write(named["embedding.weight"]);
        OfBlocks("attention_norm.weight", matrix => matrix);
        OfBlocks("attention.query.weight", matrix => matrix);
        OfBlocks("attention.key.weight", matrix => matrix);
        OfBlocks("attention.value.weight", matrix => matrix);
        OfBlocks("attention.output.weight", matrix => matrix);
        OfBlocks("ffn_norm.weight", matrix => matrix);
        OfBlocks("ffn.gate_up", matrix => matrix.narrow(1, 0, config.Hidden).t());
        OfBlocks("ffn.down", matrix => matrix.t());
        OfBlocks("ffn.gate_up", matrix => matrix.narrow(1, config.Hidden, config.Hidden).t());
        Write(named["norm.weight"]);

        // Tables of the rotary embedding, which its program no longer reads.
        writer.Write(new byte[sizeof(float) * config.Context * (config.Dim / config.Heads)]);

        void OfBlocks(string name, Func<Tensor, Tensor> part)
        {
            for (var block = 0; block < config.Layers; block++)
            {
                Write(part(named[$"blocks.{block}.{name}"]));
            }
        }

        void Write(Tensor numbers)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            writer.Write(numbers.contiguous().bytes);
        }
    }
}
