using System.ComponentModel;
using System.Reflection;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>
/// The generator reads defaults from <c>[DefaultValue]</c>, since a symbol has no instance; so those must be what an instance has.
/// </summary>
public class DefaultValueTests
{
    public static TheoryData<string, string> Options()
    {
        var options = new TheoryData<string, string>();
        foreach (var type in Attributes())
        {
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            {
                options.Add(type.Name, property.Name);
            }
        }

        return options;
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_options_DefaultValue_is_what_an_instance_has(string attribute, string option)
    {
        var type = Attributes().Single(candidate => candidate.Name == attribute);
        var property = type.GetProperty(option)!;
        var closed = type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(SwiGlu)) : type;
        var arguments = closed.GetConstructors()
            .Single().GetParameters().Select(parameter => Activator.CreateInstance(parameter.ParameterType)).ToArray();

        var value = closed.GetProperty(option)!.GetValue(Activator.CreateInstance(closed, arguments));

        Assert.Equal(value, property.GetCustomAttribute<DefaultValueAttribute>(inherit: true)?.Value);
    }

    [Fact]
    public void Options_that_are_written_with_their_default_are_not_written_out_again() =>
        Assert.Equal(
            GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate")).File("Demo.Smoe"),
            GeneratorRun.Of(TestSource.Layer(
                "Experts<SwiGlu>(4, Hidden = 0, Bias = false), SoftmaxGate(TopK = 2, Normalize = true, Jitter = 0)")).File("Demo.Smoe"));

    private static IEnumerable<Type> Attributes() => typeof(MoeLayerAttribute).Assembly.GetExportedTypes()
        .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Attribute)) && type != typeof(VaryAttribute));
}
