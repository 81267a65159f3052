using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>The text of what is emitted beside layers, and of what users type.</summary>
public partial class AssemblySnapshotTests
{
    private const string Parts = "MoeLayer, Experts<SwiGlu>(4), SoftmaxGate";

    [Fact]
    public Task Registration() => Snap.Match(
        GeneratorRun.Of(
            TestSource.Of(
                $$"""
                /// <summary>A.</summary>
                [{{Parts}}, Vary("TopK", 1)] public sealed partial class Second;
                [{{Parts}}] internal sealed partial class Hidden;
                /// <summary>A.</summary>
                public partial class Outer
                {
                    /// <summary>A.</summary>
                    [{{Parts}}] public partial class @event;
                    [{{Parts}}] private partial class Unreachable;
                }
                """),
            TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate", name: "Last")),
        ["LibMoE-Variants"]);

    [Fact]
    public Task RegistrationWithoutDependencyInjection()
    {
        var references = References.All.RemoveReferences(References.All.References.Where(reference =>
            reference.Display!.Contains("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal)));

        return Snap.Match(
            GeneratorRun.Of(GeneratorRun.Compile(references, TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate"))), ["LibMoE-Variants"]);
    }

    [Fact]
    public Task Skeleton()
    {
        var run = GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 6)"));

        run.AssertReports(("MOE030", "TopK = 6"));
        return Snap.Match(run, ["Demo.Smoe"]);
    }

    [Fact]
    public Task SkeletonOfANestedGenericClass()
    {
        var run = GeneratorRun.Of("partial class Outer<T, U> { [LibMoE.MoeLayer] private partial class Smoe<V>; }");

        run.AssertReports(("MOE002", "Smoe"), ("MOE010", "Smoe"), ("MOE012", "Smoe"));
        return Snap.Match(run, ["Outer.Smoe"]);
    }

    /// <summary>What users type may grow, but not change unseen.</summary>
    [Fact]
    public Task PublicApiOfTheAttributes() =>
        Snap.Match("LibMoE.Dsl", string.Join('\n', typeof(MoeLayerAttribute).Assembly.GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(Describe)) + "\n");

    [Fact]
    public void Every_snapshot_belongs_to_a_test()
    {
        var tests = typeof(AssemblySnapshotTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods()
                .Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();

        Assert.All(
            Directory.GetFiles(Repository.Path("tests", "LibMoE.Generators.Tests", "Snapshots"), "*.verified.*"),
            path => Assert.Contains(Path.GetFileName(path).Split('#')[0], tests));
    }

    private static IEnumerable<string> Describe(Type type)
    {
        var bases = new[] { type.BaseType }
            .Concat(type.GetInterfaces()).OfType<Type>().Where(parent => parent.Namespace == "LibMoE").Select(Name);
        var usage = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false);
        var repeatable = usage is { AllowMultiple: true } ? " (repeatable)" : string.Empty;
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsAbstract ? "abstract class" : "class";
        yield return $"{kind} {Name(type)}"
            + $"{(bases.Any() ? " : " + string.Join(", ", bases) : string.Empty)}{repeatable}";
        foreach (var member in type.IsEnum ? Enum.GetNames(type) : type.GetConstructors().Select(Describe).Concat(Properties(type)))
        {
            yield return "    " + member;
        }
    }

    private static string Describe(ConstructorInfo constructor) =>
        $"new({string.Join(", ", constructor.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}"))})";

    private static IEnumerable<string> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property =>
                $"{Name(property.PropertyType)} {property.Name}{(property.CanWrite ? " = " + Default(property) : string.Empty)}");

    private static string Default(PropertyInfo property) =>
        Convert.ToString(property.GetCustomAttribute<DefaultValueAttribute>()?.Value, CultureInfo.InvariantCulture) ?? "?";

    private static string Name(Type type) => type.IsGenericType
        ? $"{Arity().Replace(type.Name, string.Empty)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    [GeneratedRegex("`[0-9]+")]
    private static partial Regex Arity();
}
