using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime;

/// <summary>Says in the compiler's own words why a program has no <c>AddMoeVariants()</c>: the source generator writes it into every
/// assembly that it runs in, and what it writes goes before this one.</summary>
public static class MissingGenerator
{
    /// <summary>Stands where nothing was generated; it cannot be called.</summary>
    /// <param name="services">The services.</param>
    /// <param name="nothing">Tells it from the generated one, which takes no more than the services.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    [Obsolete(
        "Nothing was generated in this project: no class has [MoeLayer], or the source generator does not run. The package LibMoE has it; "
            + "a project that refers to the projects of LibMoE names LibMoE.Generators too, with OutputItemType=\"Analyzer\" "
            + "ReferenceOutputAssembly=\"false\".",
        error: true)]
    public static IServiceCollection AddMoeVariants(this IServiceCollection services, MissingGeneratorMark nothing = default) =>
        throw new NotSupportedException("The source generator did not run.");
}

/// <summary>An argument that nobody gives; see <see cref="MissingGenerator"/>.</summary>
public readonly record struct MissingGeneratorMark;
