namespace LibMoE.Generators.Tests.Support;

/// <summary>Sources that declare layers.</summary>
internal static class TestSource
{
    /// <summary>What stands above every declaration.</summary>
    public const string Usings =
        """
        using LibMoE;
        using LibMoE.Runtime;

        namespace Demo;


        """;

    /// <summary>A source with one layer, from the text of its attributes: <c>Experts&lt;SwiGlu&gt;(8), SoftmaxGate</c>.</summary>
    public static string Layer(string attributes, string name = "Smoe") =>
        $"{Usings}/// <summary>A layer.</summary>\n[MoeLayer, {attributes}]\npublic sealed partial class {name};\n";

    /// <summary>A source with the usings above it.</summary>
    public static string Of(string declarations) => Usings + declarations;
}
