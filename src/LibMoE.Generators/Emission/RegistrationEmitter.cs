using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Writes an assembly's list of layers, and the method that registers them with a host; neither uses reflection.</summary>
internal static class RegistrationEmitter
{
    /// <summary>The text of the file.</summary>
    public static string Emit(RegistrationList registration)
    {
        var (assembly, layers) = (registration.Assembly.Name, registration.Layers);
        var writer = new IndentedWriter();
        TypeFrame.WriteHeader(writer);
        using (TypeFrame.Open(writer, "LibMoE.Runtime", []))
        {
            WriteList(writer, assembly, layers);
            if (registration.Assembly.HasServices)
            {
                writer.Line();
                WriteExtension(writer, assembly, layers);
            }
        }

        return writer.ToString();
    }

    /// <summary>The assembly's name as an identifier: <c>my-app.core</c> gives <c>MyAppCore</c>.</summary>
    public static string Prefix(string assembly)
    {
        var words = new string([.. assembly.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : ' ')])
            .Split([' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1));
        var name = string.Concat(words);
        return name.Length > 0 && char.IsDigit(name[0]) ? "_" + name : name;
    }

    private static void WriteList(IndentedWriter writer, string assembly, EquatableArray<RegistrationModel> layers)
    {
        writer.Line($"/// <summary>The layers that {Escape(assembly)} declares, for programs that use them from outside.</summary>");
        writer.Line(TypeFrame.GeneratedCode);
        using (writer.Block($"public static class {Prefix(assembly)}Variants"))
        {
            writer.Line("/// <summary>The public ones, in the order of their declaration.</summary>");
            writer.Line("public static global::System.Collections.Generic.IReadOnlyList<global::LibMoE.Runtime.MoeVariant> All { get; } =");
            writer.Line("[");
            foreach (var layer in layers.Where(layer => layer.IsPublic))
            {
                writer.Line($"    {Variant(layer)},");
            }

            writer.Line("];");
        }
    }

    private static void WriteExtension(IndentedWriter writer, string assembly, EquatableArray<RegistrationModel> layers)
    {
        const string Services = "global::Microsoft.Extensions.DependencyInjection.IServiceCollection";
        writer.Line("/// <summary>Registers this assembly's layers with a host.</summary>");
        writer.Line(TypeFrame.GeneratedCode);
        using (writer.Block($"internal static class {Prefix(assembly)}VariantServices"))
        {
            writer.Line($"/// <summary>Adds every layer that {Escape(assembly)} declares, in the order of their declaration.</summary>");
            using (writer.Block($"public static {Services} AddMoeVariants(this {Services} services)"))
            {
                foreach (var layer in layers)
                {
                    writer.Line(
                        "global::Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions"
                        + $".AddSingleton(services, {Variant(layer)});");
                }

                writer.Line("return services;");
            }
        }
    }

    private static string Variant(RegistrationModel layer) => $"global::LibMoE.Runtime.MoeVariant.Of<{layer.TypeName}>()";

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
