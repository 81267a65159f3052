using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Matmul.Choosing;

/// <summary>The matmuls of one element type, by size class.</summary>
internal sealed class Products
{
    private readonly MatrixProduct _small;
    private readonly MatrixProduct _middle;
    private readonly MatrixProduct _large;

    private Products(MatrixProduct small, MatrixProduct middle, MatrixProduct large)
    {
        (_small, _middle, _large) = (small, middle, large);
    }

    /// <summary>One for all sizes.</summary>
    public static Products Always(MatrixProduct product) => new(product, product, product);

    /// <summary>Those of some names.</summary>
    public static Products Of(ProductNames names, TorchLibrary torch)
    {
        var (blas, panel) = (new BlasProduct(torch), new PanelProduct());
        return new(Named(names.Small), Named(names.Middle), Named(names.Large));

        MatrixProduct Named(ProductName name) => name == ProductName.Panel ? panel : blas;
    }

    /// <summary>The product for a matmul with so many multiplications.</summary>
    public MatrixProduct For(long multiplications) => multiplications switch
    {
        < ProductNames.LeastMiddle => _small,
        < ProductNames.LeastLarge => _middle,
        _ => _large,
    };
}
