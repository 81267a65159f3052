using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed unsafe class RowProductTests
{
    public static TheoryData<int> Widths => [16, 8, 1];

    [SkippableTheory]
    [MemberData(nameof(Widths))]
    public void Rows_and_columns_of_every_size_agree_with_float64(int lanes)
    {
        var torch = Library();
        using var scope = NewDisposeScope();
        using var draws = new Generator(7);
        var product = RowProduct.Create(lanes);
        foreach (var (outputs, inputs) in new[] { (1, 1), (5, 3), (7, 16), (16, 33), (257, 20), (1300, 777) })
        {
            var (w_OI, x_I, b_O) =
                (randn([outputs, inputs], generator: draws), randn([inputs], generator: draws), randn([outputs], generator: draws));
            var (rows_O, columns_O, w_IO) = (empty(outputs), empty(outputs), w_OI.transpose(0, 1).contiguous());

            product.OfRows(torch, At(w_OI), At(x_I), At(b_O), outputs, inputs, At(rows_O));
            product.OfColumns(torch, At(w_IO), At(x_I), null, outputs, inputs, At(columns_O));

            var product_O = w_OI.to(ScalarType.Float64).matmul(x_I.to(ScalarType.Float64));
            var tolerance = 1e-6 * Math.Sqrt(inputs) * 4;
            Assert.True((rows_O - product_O - b_O).abs().max().item<double>() < tolerance);
            Assert.True((columns_O - product_O).abs().max().item<double>() < tolerance);
        }

        float* At(Tensor tensor) => (float*)torch.Pointer(tensor);
    }

    [SkippableTheory]
    [MemberData(nameof(Widths))]
    public void One_query_mixes_what_it_sees_as_float64_does(int lanes)
    {
        var torch = Library();
        using var scope = NewDisposeScope();
        using var draws = new Generator(9);
        var query = OneQuery.Create(lanes);
        foreach (var (channels, first, end) in
            new[] { (1, 0, 1), (3, 0, 5), (8, 0, 16), (8, 0, 17), (20, 3, 40), (5, 18, 33), (7, 31, 32) })
        {
            foreach (var sink in new float?[] { null, 0.7f })
            {
                var blocks = (end + OneQuery.Block - 1) / OneQuery.Block;
                var (k_BCT, v_BCT) = (randn([blocks, channels, OneQuery.Block], generator: draws),
                    randn([blocks, channels, OneQuery.Block], generator: draws));
                var (q_C, y_C) = (randn([channels], generator: draws), empty(channels));
                var scratch = empty(OneQuery.Scratch(blocks * OneQuery.Block, channels));

                query.Run(new SeenTokens(At(k_BCT), At(v_BCT), channels, first, end), At(q_C), 0.6f, sink, At(scratch), At(y_C));

                var a_P = 0.6 * q_C.to(ScalarType.Float64).matmul(Channels(k_BCT));
                var all = sink is { } score ? cat([a_P, tensor([(double)score])]) : a_P;
                var w_P = all.softmax(0).narrow(0, 0, end - first);
                Assert.True((y_C - Channels(v_BCT).matmul(w_P)).abs().max().item<double>() < 2e-6);

                Tensor Channels(Tensor x_BCT) =>
                    x_BCT.transpose(0, 1).reshape(channels, -1).narrow(1, first, end - first).to(ScalarType.Float64);
            }
        }

        float* At(Tensor tensor) => (float*)torch.Pointer(tensor);
    }

    private static TorchLibrary Library()
    {
        Skip.If(TorchLibrary.Loaded is null, "libtorch exports too little for the kernels");
        return TorchLibrary.Loaded!;
    }
}
