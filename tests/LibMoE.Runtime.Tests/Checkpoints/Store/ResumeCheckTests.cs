using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

public sealed class ResumeCheckTests
{
    [Fact]
    public void Other_matmuls_than_the_checkpoints_are_said_with_how_to_keep_the_bits()
    {
        using var model = LanguageModel.Create(new ModelConfig { Dim = 8, Layers = 1, Heads = 1, Hidden = 8, Context = 4 }, null);
        var now = CheckpointState.Of(model, TokenizerIdentity.Of(new ByteTokenizer()), step: 0) with { Float32Products = "Panel" };
        Assert.Empty(ResumeCheck.Warnings(now, now));
        Assert.Equal(
            ["The run was started with the float32 matmuls Blas,Panel,Panel and continues with Panel; its numbers may differ in the last "
                + "bits, which LIBMOE_FLOAT32_PRODUCTS=Blas,Panel,Panel keeps where threads are as many."],
            ResumeCheck.Warnings(now with { Float32Products = "Blas,Panel,Panel" }, now));
    }
}
