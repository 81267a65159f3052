using System.Reflection;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Store;

/// <summary>
/// Which build of some code this is. A version number rises when somebody thinks of it; the compiler's own identifier of a module is
/// another one after every change of the code, and the same one for the same code.
/// </summary>
internal static class CodeVersion
{
    /// <summary>This library.</summary>
    public static string Own { get; } = Of(typeof(CodeVersion).Assembly);

    /// <summary>This library and whatever holds a model's layers and the parts that they are declared of,
    /// which may be a user's own.</summary>
    public static string Of(LanguageModel model) => Of(model, [model.Variant?.Declaration]);

    /// <inheritdoc cref="Of(LanguageModel)"/>
    public static string Of(VisionLanguageModel model) => Of(
        model, [model.Vision.Variant?.Declaration, model.Connector.Variant?.Declaration, model.Language.Variant?.Declaration]);

    /// <summary>What holds the parts of a declaration that are a user's own; null where all are this library's.</summary>
    public static string? OfOwnParts(MoeDeclaration? declared) =>
        Join(Parts(declared).Where(part => part.Assembly != typeof(GateAttribute).Assembly
            && part.Assembly != typeof(CodeVersion).Assembly)) is { Length: > 0 } own
            ? own
            : null;

    /// <summary>The assembly's name and the identifier of its build.</summary>
    public static string Of(Assembly assembly) => $"{assembly.GetName().Name} {assembly.ManifestModule.ModuleVersionId:N}";

    private static string Of(nn.Module model, IEnumerable<MoeDeclaration?> declared) =>
        Join(model.modules().Select(module => module.GetType()).Concat(declared.SelectMany(Parts)).Append(typeof(CodeVersion)));

    private static IEnumerable<Type> Parts(MoeDeclaration? declared) => declared is null ? [] : declared.Layers.SelectMany(PartsOfLayer);

    private static IEnumerable<Type> PartsOfLayer(MoeDeclaration declared) =>
        declared.Experts.Append(declared.Shared).OfType<ExpertGroupAttribute>().Select(group => group.Kind)
            .Concat(declared.Balance.Select(term => term.GetType()))
            .Append(declared.Gate.GetType());

    private static string Join(IEnumerable<Type> types) =>
        string.Join(", ", types.Select(type => Of(type.Assembly)).Distinct().Order(StringComparer.Ordinal));
}
