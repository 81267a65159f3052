using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>
/// Writes what stands in for a layer whose declaration is wrong: a class with the surface of a layer, so that the declaration's error is
/// the only one that the compiler reports.
/// </summary>
internal static class SkeletonEmitter
{
    /// <summary>The text of the file.</summary>
    public static string Emit(SkeletonModel skeleton)
    {
        var writer = new IndentedWriter();
        TypeFrame.WriteHeader(writer);
        using (TypeFrame.Open(writer, skeleton.Namespace, skeleton.Outer))
        {
            writer.Line("/// <summary>Stands in for a layer whose declaration has an error; see the MOE diagnostic on it.</summary>");
            writer.Line(TypeFrame.GeneratedCode);
            WriteClass(writer, skeleton);
        }

        return writer.ToString();
    }

    private static void WriteClass(IndentedWriter writer, SkeletonModel skeleton)
    {
        var self = skeleton.Name + skeleton.TypeParameters;
        var errors = skeleton.Errors.Length > 0 ? skeleton.Errors : "an attribute that C# refuses";
        using (writer.Block(
            $"{skeleton.Modifiers} class {self} : global::LibMoE.Runtime.MoeLayer, global::LibMoE.Runtime.IMoeLayer<{self}>"))
        {
            writer.Lines(
                $$"""
                /// <summary>Always throws: the declaration has an error.</summary>
                public {{skeleton.Name}}(global::LibMoE.Runtime.MoeShape shape)
                    : base(Refuse<global::LibMoE.Runtime.MoeDeclaration>(), shape)
                {
                }

                static global::LibMoE.Runtime.MoeDeclaration global::LibMoE.Runtime.IMoeLayer<{{self}}>.Declaration =>
                    Refuse<global::LibMoE.Runtime.MoeDeclaration>();

                /// <summary>Always throws: the declaration has an error.</summary>
                public static {{self}} Create(global::LibMoE.Runtime.MoeShape shape) => Refuse<{{self}}>();

                /// <inheritdoc />
                public override global::LibMoE.Runtime.MoeOutput forward(
                    global::TorchSharp.torch.Tensor x, global::LibMoE.Runtime.MoeContext context) =>
                    Refuse<global::LibMoE.Runtime.MoeOutput>();

                private static TResult Refuse<TResult>() => throw new global::System.InvalidOperationException(
                    "{{skeleton.FullName}} is a stand-in: its declaration does not compile ({{errors}}).");
                """);
        }
    }
}
