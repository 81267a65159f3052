using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Tests.Support;

/// <summary>Looks through everything that an incremental step keeps.</summary>
internal static class ObjectGraph
{
    private static readonly Type[] Forbidden =
        [typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(Compilation), typeof(Location), typeof(AttributeData)];

    /// <summary>Fails where an object holds on to a compilation, which would keep it alive from one edit to the next.</summary>
    public static void AssertHoldsNoCompilation(object? root, string step) =>
        Visit(root, step, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static void Visit(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(value))
        {
            return;
        }

        Assert.False(Array.Exists(Forbidden, type => type.IsInstanceOfType(value)), $"The step keeps a {value.GetType().Name} at {path}.");
        if (value is DiagnosticDescriptor or Type)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            var i = 0;
            foreach (var item in items)
            {
                Visit(item, $"{path}[{i++}]", seen);
            }
        }

        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Visit(field.GetValue(value), $"{path}.{field.Name}", seen);
            }
        }
    }
}
