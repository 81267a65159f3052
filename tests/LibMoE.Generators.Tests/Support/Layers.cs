using System.Reflection;
using System.Runtime.Loader;
using LibMoE.Runtime;

namespace LibMoE.Generators.Tests.Support;

/// <summary>The public layers of a compiled assembly, loaded as a program would find them.</summary>
internal static class Layers
{
    /// <summary>Of a run of the generator that left no error.</summary>
    public static IReadOnlyList<MoeVariant> Of(GeneratorRun run)
    {
        var list = Load(run).GetType("LibMoE.Runtime.DemoVariants")?.GetProperty("All", BindingFlags.Public | BindingFlags.Static);
        return (IReadOnlyList<MoeVariant>?)list?.GetValue(null) ?? [];
    }

    /// <summary>The assembly of a run of the generator that left no error.</summary>
    public static Assembly Load(GeneratorRun run)
    {
        using var image = new MemoryStream();
        var emitted = run.Output.Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        image.Position = 0;
        return new AssemblyLoadContext("declarations").LoadFromStream(image);
    }
}
