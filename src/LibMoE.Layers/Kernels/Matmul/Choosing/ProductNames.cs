namespace LibMoE.Runtime.Kernels.Matmul.Choosing;

/// <summary>The float32 matmul of each size class, by name.</summary>
/// <param name="Small">Below 2²⁰ multiplications.</param>
/// <param name="Middle">Below 2²⁵.</param>
/// <param name="Large">All larger ones.</param>
internal sealed record ProductNames(ProductName Small, ProductName Middle, ProductName Large)
{
    public const long LeastMiddle = 1L << 20;
    public const long LeastLarge = 1L << 25;

    public IReadOnlyList<ProductName> Classes => [Small, Middle, Large];

    /// <summary>One name for all sizes, or three with commas between.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static ProductNames Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        return names.Length switch
        {
            1 => new(Name(names[0]), Name(names[0]), Name(names[0])),
            3 => new(Name(names[0]), Name(names[1]), Name(names[2])),
            _ => throw Wrong(text),
        };

        ProductName Name(string name) => Enum.GetNames<ProductName>().Contains(name) ? Enum.Parse<ProductName>(name) : throw Wrong(text);
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Small == Middle && Middle == Large ? $"{Small}" : $"{Small},{Middle},{Large}";

    private static FormatException Wrong(string text) => new(
        $"'{text}' names no float32 matmuls: {string.Join(" or ", Enum.GetNames<ProductName>())} is allowed for all sizes, "
        + "or three of them with commas between, for small, middle and large products.");
}
