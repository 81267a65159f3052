using LibMoE.Generators.Known;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace LibMoE.Generators.Tests;

/// <summary>The table of TorchSharp's methods that make a Scalar of their own, held to the code of the TorchSharp that is used.</summary>
public class ScalarsInsideTests
{
    private static readonly string[] Types =
        ["torch", "torch/Tensor", "torch/nn/functional", "torch/linalg", "torch/special", "TensorExtensionMethods"];

    [Fact]
    public void The_table_has_every_public_method_of_tensors_in_which_a_number_becomes_a_scalar()
    {
        using var module = ModuleDefinition.ReadModule(typeof(TorchSharp.torch.Tensor).Assembly.Location);
        var methods = module.GetAllTypes()
            .SelectMany(type => type.Methods).Where(method => method.HasBody && method.DeclaringType.Name != "Scalar").ToList();
        var calls = methods.ToDictionary(method => method.FullName, Calls);
        var making = calls.Where(method => method.Value.Any(Makes)).Select(method => method.Key).ToHashSet();
        while (making.Count < making.Union(Callers(calls, making)).Count())
        {
            making.UnionWith(Callers(calls, making));
        }

        var expected = methods.Where(method => method.IsPublic
            && making.Contains(method.FullName) && Types.Contains(method.DeclaringType.FullName["TorchSharp.".Length..]))
            .Where(method => !(method.Name == "ToScalar"))
            .Select(DocCommentId.GetDocCommentId).Order(StringComparer.Ordinal);
        Assert.Equal(expected, ScalarsInside.All.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Callers(Dictionary<string, HashSet<string>> calls, HashSet<string> making) =>
        calls.Where(method => method.Value.Overlaps(making)).Select(method => method.Key);

    private static HashSet<string> Calls(MethodDefinition method) =>
        [.. method.Body.Instructions.Select(instruction => instruction.Operand)
            .OfType<MethodReference>().Select(called => called.GetElementMethod().FullName)];

    private static bool Makes(string called) =>
        called.StartsWith("TorchSharp.Scalar TorchSharp.Scalar::op_Implicit(", StringComparison.Ordinal)
        || (called.StartsWith("TorchSharp.Scalar ", StringComparison.Ordinal) && called.Contains("::ToScalar(", StringComparison.Ordinal));
}
