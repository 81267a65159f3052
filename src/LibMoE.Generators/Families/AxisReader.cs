using System.Globalization;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Families;

/// <summary>Reads Vary attributes.</summary>
internal static class AxisReader
{
    /// <summary>The axes of a declaration's family; reports what is wrong with them.</summary>
    public static IReadOnlyList<Axis> Read(Declaration declaration, DiagnosticBag bag)
    {
        var axes = new List<Axis>();
        foreach (var vary in declaration.Of(PartRole.Vary))
        {
            if (TryRead(declaration, vary, bag) is not { } axis)
            {
                continue;
            }

            if (axes.Any(other => other.Part == axis.Part && other.Option == axis.Option))
            {
                bag.Report(Descriptors.VaryTwice, vary.LocationOf("Option"), declaration.Name, axis.Option);
            }

            axes.Add(axis);
        }

        return axes;
    }

    private static Axis? TryRead(Declaration declaration, PartDeclaration vary, DiagnosticBag bag)
    {
        var name = vary.Arguments[0].Value as string ?? string.Empty;
        var found = OptionNames.Find(declaration, name);
        if (found.Count == 0)
        {
            var options = new SortedSet<string>(OptionNames.All(declaration).Select(option => option.Option), StringComparer.Ordinal);
            bag.Report(Descriptors.VaryUnknown, vary.LocationOf("Option"), declaration.Name, name, string.Join(", ", options));
            return null;
        }

        if (found.Count > 1)
        {
            var choices = string.Join(" or ", found.Select(option => $"\"{option.Qualified}\""));
            bag.Report(Descriptors.VaryAmbiguous, vary.LocationOf("Option"), declaration.Name, name, choices);
            return null;
        }

        return Values(declaration, vary, found[0], bag) is { } values
            ? new Axis(found[0].Part, found[0].Option, found[0].Qualified, values, vary.Location)
            : null;
    }

    private static List<AxisValue>? Values(Declaration declaration, PartDeclaration vary, OptionName option, DiagnosticBag bag)
    {
        var type = declaration.Parts[option.Part].OptionFacts[option.Option].Type;
        var constants = vary.Arguments[1] is { IsNull: false } array ? array.Values : [];
        var values = new List<AxisValue>();
        for (var i = 0; i < constants.Length; i++)
        {
            var location = OptionLocator.Element(vary, i, constants.Length);
            if (!Constants.TryConvert(constants[i], type, out var value))
            {
                var written = Constants.Source(constants[i]);
                bag.Report(Descriptors.VaryWrongType, location, declaration.Name, option.Option, written, type.ToDisplayString());
                return null;
            }

            if (values.Any(other => Equals(other.Value, value)))
            {
                bag.Report(Descriptors.VaryValues, location, declaration.Name, option.Option, Constants.Source(constants[i]) + " twice");
                return null;
            }

            values.Add(new AxisValue(value, Literal(constants[i], value, type), NameOf(value, type), location));
        }

        if (values.Count == 0)
        {
            bag.Report(Descriptors.VaryValues, vary.Location, declaration.Name, option.Option, "no value");
            return null;
        }

        return values;
    }

    private static string Literal(TypedConstant constant, object? value, ITypeSymbol type) =>
        constant.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum ? Constants.Source(value, type) : Constants.Source(constant);

    /// <summary>A value as a part of a class name: <c>-</c> becomes m, and whatever else a name cannot have becomes <c>_</c>.</summary>
    private static string NameOf(object? value, ITypeSymbol type)
    {
        var member = Constants.EnumMembers(type).FirstOrDefault(field => Equals(field.ConstantValue, value));
        var text = member?.Name ?? value switch
        {
            double or float => Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("+", string.Empty),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "Null",
        };
        return new string([.. text.Select(c => c == '-' ? 'm' : char.IsLetterOrDigit(c) ? c : '_')]);
    }
}
