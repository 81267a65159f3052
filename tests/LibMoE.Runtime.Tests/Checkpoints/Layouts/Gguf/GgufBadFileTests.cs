using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>A file that is cut short, broken or of something else is refused with one sentence that names the file, and nothing is
/// allocated for what it only claims to hold.</summary>
public sealed class GgufBadFileTests : IDisposable
{
    private static readonly ModelConfig Small =
        new() { Dim = 8, Layers = 1, Heads = 2, Hidden = 6, Context = 20, QueryKeyNorm = true, QueryKeyNormAcrossHeads = true };

    private readonly DataFolder _folder = new();
    private readonly byte[] _whole;

    public GgufBadFileTests()
    {
        using var model = GgufExportTests.Model(Small, nameof(TinyOlmoe));
        GgufExport.Save(model, new ByteTokenizer(), Path.Combine(_folder.Path, "whole.gguf"));
        _whole = File.ReadAllBytes(Path.Combine(_folder.Path, "whole.gguf"));
    }

    private string Bad => Path.Combine(_folder.Path, "bad.gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        using (var file = GgufFile.Open(DiskFiles.Instance, Path.Combine(_folder.Path, "whole.gguf")))
        {
            // The last bytes only fill up to a multiple of 32.
            var end = file.Header.Tensors.Max(tensor => tensor.Start + tensor.Bytes);
            Assert.InRange(_whole.Length - end, 0, 31);
            var step = Math.Max(1, end / 400);
            foreach (var length in Enumerable.Range(0, 60).Select(length => (long)length)
                .Concat(Enumerable.Range(0, 400).Select(part => part * step)).Append(end - 1).Where(length => length < end))
            {
                File.WriteAllBytes(Bad, _whole[..(int)length]);
                OneSentence(Assert.Throws<StorageException>(() => GgufFile.Open(DiskFiles.Instance, Bad)));
            }

            File.WriteAllBytes(Bad, _whole[..(int)end]);
        }

        using var cut = ModelLoader.Load(Bad, LibMoERuntimeTestsVariants.All);
        Assert.Equal("bad", cut.Name);
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused_and_never_more()
    {
        var (random, header) = (new Random(7), Math.Min(_whole.Length, 14_000));
        var (read, refused) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var bytes = (byte[])_whole.Clone();
            bytes[random.Next(header)] = (byte)random.Next(256);
            File.WriteAllBytes(Bad, bytes);
            try
            {
                ModelLoader.Load(Bad, LibMoERuntimeTestsVariants.All).Dispose();
                read++;
            }
            catch (Exception fault) when (fault is StorageException or ConfigurationException)
            {
                OneSentence(fault);
                refused++;
            }
        }

        Assert.True(read > 0 && refused > 0, $"{read} files were read and {refused} refused.");
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "another magic", "it does not begin with the letters GGUF" },
        { "version 1", "it is of version 1; versions 2 and 3 are read" },
        { "big-endian", "it is big-endian; little-endian files are read" },
        { "many tensors", "tensors, which its" },
        { "many values", "values, which its" },
        { "a long name", "bytes of a text, which its" },
        { "an unknown type of value", "is of the unknown type 99" },
        { "a value twice", "it states 'general.alignment' twice" },
        { "an odd alignment", "its general.alignment is 12; it must be a multiple of 8" },
        { "a tensor twice", "it has the tensor 'a' twice" },
        { "no sizes", "the tensor 'a' has 0 sizes; a tensor has 1 to 4" },
        { "a huge size", "has the size 18446744073709551615" },
        { "huge sizes", "it was cut short" },
        { "an offset between", "begins at byte 16 of the numbers, which is no multiple of 32" },
        { "tensors on each other", "lies on another's bytes" },
        { "a text of no UTF-8", "is not UTF-8" },
        { "a broken row", "has rows of 33 numbers; Q8_0 has blocks of 32" },
        { "Q4_K", "the tensor 'a' is of the type Q4_K; tensors of the types F32, F16, BF16, Q8_0, MXFP4 can be read" },
        { "an unheard-of type", "the tensor 'a' is of the type number 77; tensors of the types F32" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_broken_rule_is_named(string fault, string message)
    {
        File.WriteAllBytes(Bad, Broken(fault));

        var error = Assert.Throws<StorageException>(() => GgufFile.Open(DiskFiles.Instance, Bad));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        OneSentence(error);
    }

    [Theory]
    [InlineData("general.architecture", "mamba",
        "the architecture 'mamba' with experts is not known; these can be loaded: llama, qwen2,")]
    [InlineData("olmoe.rope.scaling.type", "longrope",
        "rope.scaling.type is 'longrope'; a model can be loaded where it is none or linear or yarn.")]
    [InlineData("olmoe.expert_gating_func", 2, "expert_gating_func is '2'; a model can be loaded where it is 1, softmax.")]
    [InlineData("olmoe.expert_weights_scale", 2.5, "expert_weights_scale is '2.5'; a model can be loaded where it is 1.")]
    [InlineData("olmoe.expert_weights_norm", true, "expert_weights_norm is 'True'; a model can be loaded where it is false.")]
    [InlineData("olmoe.rope.dimension_count", 2, "rope.dimension_count is '2'; a model can be loaded where it is 4, the width of a head.")]
    [InlineData("olmoe.attention.value_length", 6, "attention.value_length is '6'; a model can be loaded where it is that of the keys.")]
    [InlineData("olmoe.attention.clamp_kqv", 8.0, "olmoe.attention.clamp_kqv is '8'; it is not known here what that changes.")]
    public void A_setting_that_changes_numbers_and_is_not_there_is_refused_by_name(string name, object value, string message)
    {
        Rewrite(name, value);

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(Bad, LibMoERuntimeTestsVariants.All).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("olmoe.block_count", 2, "missing: blk.1.attn_norm.weight,")]
    [InlineData("olmoe.embedding_length", 16, "of the wrong shape: 'token_embd.weight' F32 [256, 8] instead of [256, 16]")]
    [InlineData("olmoe.attention.head_count", 0, "describes no model: Model:Heads is 0; it must be at least 1.")]
    [InlineData("olmoe.block_count", 2_000_000_000, "describes no model: olmoe.block_count is 2000000000")]
    [InlineData("olmoe.expert_used_count", 9, "describes no model: it states MixtureDescription")]
    [InlineData("olmoe.context_length", "long", "olmoe.context_length is 'long'; it must be a whole number of 32 bits")]
    public void A_file_that_lies_is_refused(string name, object value, string message)
    {
        Rewrite(name, value);

        var error = Assert.Throws<StorageException>(() => ModelLoader.Load(Bad, LibMoERuntimeTestsVariants.All).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_without_a_declared_layer_is_refused_with_the_declaration_that_would_do() => Assert.Contains(
        "takes a declared layer [MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SoftmaxGate(TopK = 2, Normalize = false)]; "
            + "no layer is declared.",
        Assert.Throws<ConfigurationException>(() => ModelLoader.Load(Path.Combine(_folder.Path, "whole.gguf"), [])).Message,
        StringComparison.Ordinal);

    /// <summary>One sentence that names the file.</summary>
    private void OneSentence(Exception error)
    {
        Assert.Contains(Bad, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>The whole file with one value of its metadata changed or added.</summary>
    private void Rewrite(string name, object value)
    {
        var plain = new PlainGguf(Path.Combine(_folder.Path, "whole.gguf"));
        plain.Values[name] = value switch { int number => (uint)number, double number => (float)number, _ => value };
        if (name == "general.architecture")
        {
            plain.Values[$"{value}.expert_count"] = 4u;
        }

        File.WriteAllBytes(Bad, GgufBytes.Of(plain.Values, plain.Tensors.Select(tensor => (
            tensor.Key, tensor.Value.Sizes, tensor.Value.Type, tensor.Value.Numbers.SelectMany(BitConverter.GetBytes).ToArray()))));
    }

    private static byte[] Broken(string fault)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(fault == "another magic" ? "GGML"u8 : "GGUF"u8);
        writer.Write(fault == "big-endian" ? 0x03000000u : fault == "version 1" ? 1u : 3u);
        writer.Write(fault == "many tensors" ? ulong.MaxValue : fault is "a tensor twice" or "tensors on each other" ? 2UL : 1UL);
        writer.Write(fault switch { "many values" => 1UL << 40, "a value twice" => 2UL, "an odd alignment" => 1UL, _ => 1UL });
        if (fault == "a long name")
        {
            writer.Write(1UL << 50);
        }

        GgufBytes.Text(writer, fault == "a text of no UTF-8" ? [0xff, 0xfe] : "general.alignment"u8);
        writer.Write(fault == "an unknown type of value" ? 99u : 4u);
        writer.Write(fault == "an odd alignment" ? 12u : 32u);
        if (fault == "a value twice")
        {
            GgufBytes.Text(writer, "general.alignment"u8);
            writer.Write(4u);
            writer.Write(32u);
        }

        long[] sizes = fault switch
        {
            "no sizes" => [],
            "a huge size" => [-1],
            "huge sizes" => [1L << 40, 1L << 40, 1L << 40, 1L << 40],
            "a broken row" => [33],
            _ => [32],
        };
        var type = fault switch { "a broken row" => 8, "Q4_K" => 12, "an unheard-of type" => 77, _ => 0 };
        GgufBytes.Tensor(writer, "a", sizes, type, fault == "an offset between" ? 16 : 0);
        if (fault is "a tensor twice" or "tensors on each other")
        {
            GgufBytes.Tensor(writer, fault == "a tensor twice" ? "a" : "b", [32], 0, 32);
        }

        GgufBytes.Pad(writer);
        writer.Write(new byte[512]);
        return bytes.ToArray();
    }
}
