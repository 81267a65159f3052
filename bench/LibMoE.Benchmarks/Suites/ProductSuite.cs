using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Matmul.Choosing;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>The float32 matmuls that there are, in each size class, one thread: a processor's row of float32-products.csv.</summary>
internal static class ProductSuite
{
    public const string Name = "products";

    /// <summary>A panel is worth its code where it takes less than this share of the BLAS' time.</summary>
    private const double Worth = 0.97;

    private static readonly string[] Classes = ["small", "middle", "large"];

    /// <summary>Rows of an expert, width and hidden width: one of each class, as experts and projections have them.</summary>
    private static readonly (int Rows, int Dim, int Width)[] Sizes = [(64, 64, 128), (256, 128, 256), (512, 256, 1024)];

    /// <summary>Measures every class, and prints the row.</summary>
    public static IReadOnlyList<Result> Run(BenchmarkSettings settings)
    {
        var results = Sizes.SelectMany((size, i) => new Contest(Name, 1, () => Contenders(Classes[i], size)).Run(settings)).ToList();
        var chosen = results.Where(result => result.Contender.EndsWith(nameof(ProductName.Panel), StringComparison.Ordinal))
            .Select(panel => panel.Ratio < Worth ? ProductName.Panel : ProductName.Blas).ToList();
        var (maker, family, model) = ProcessorModel.Current;
        Console.WriteLine($"{maker},{family},{model},{string.Join(',', chosen)}");
        return results;
    }

    private static unsafe IReadOnlyList<Contender> Contenders(string name, (int Rows, int Dim, int Width) size)
    {
        var (rows, dim, width) = size;
        var torch = TorchLibrary.Loaded!;
        var (x_ND, weight_DW, y_NW) = (rand(rows, dim), rand(dim, width), rand(rows, width));
        var (dx_ND, dWeight_DW) = (zeros(rows, dim), zeros(dim, width));
        return
        [
            new Contender($"{name}: {ProductName.Blas}", _ => Multiply(new BlasProduct(torch))),
            new Contender($"{name}: {ProductName.Panel}", _ => Multiply(new PanelProduct())),
        ];

        // Forward, its transposed product in backward, and the sum for the weights.
        void Multiply(MatrixProduct product)
        {
            using var scratch = new RentedBuffer(product.ScratchBytes);
            var x = (float*)torch.Pointer(x_ND);
            var weight = (float*)torch.Pointer(weight_DW);
            var y = (float*)torch.Pointer(y_NW);
            var dx = (float*)torch.Pointer(dx_ND);
            var dWeight = (float*)torch.Pointer(dWeight_DW);
            product.Multiply(false, false, rows, width, dim, x, dim, weight, width, Store.Over, y, width, scratch.Pointer);
            product.Multiply(false, true, rows, dim, width, y, width, weight, width, Store.Over, dx, dim, scratch.Pointer);
            product.Multiply(true, false, dim, width, rows, x, dim, y, width, Store.Over, dWeight, width, scratch.Pointer);
        }
    }
}
