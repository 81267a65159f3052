using System.Globalization;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Checks;

/// <summary>Whether each value is allowed for its option.</summary>
internal static class ValueChecks
{
    /// <summary>Reports values that are not.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var part in declaration.Parts.Where(part => part.Role != PartRole.Vary))
        {
            foreach (var option in part.Model.Options)
            {
                Check(declaration, part, option, bag);
            }

            foreach (var conflict in Conflicts.All.Where(row => row.Part == part.BuiltInName && row.Applies(part.Model)))
            {
                bag.Report(
                    Descriptors.NoEffect, part.LocationOf(conflict.Option), part.Name, conflict.Option, declaration.Name, conflict.Reason);
            }
        }
    }

    private static void Check(Declaration declaration, PartDeclaration part, OptionModel option, DiagnosticBag bag)
    {
        void Report(DiagnosticDescriptor descriptor, params object[] more) =>
            bag.Report(
                descriptor, part.LocationOf(option.Name), [part.Name, option.Name, declaration.Name, Display(option.Value), .. more]);

        var number = Number(option.Value);
        if (part.OptionFacts[option.Name].Type is { TypeKind: TypeKind.Enum } type)
        {
            CheckMember(type, option, part, Report);
        }
        else if (double.IsNaN(number) || double.IsInfinity(number))
        {
            Report(Descriptors.NotFinite);
        }
        else if (OptionRanges.Find(part.BuiltInName, part.Role == PartRole.Gate, option.Name) is { } range && !range.Contains(number))
        {
            Report(Descriptors.OutOfRange, range);
        }
        else if (part.BuiltInName == "HyperGate" && option.Name == "Embedding" && number % 4 != 0)
        {
            bag.Report(Descriptors.NotAMultiple, part.LocationOf(option.Name), declaration.Name, option.Value!);
        }
    }

    /// <summary>Only built-in enums are checked: those of the user's own may be flags.</summary>
    private static void CheckMember(
        ITypeSymbol type, OptionModel option, PartDeclaration part, Action<DiagnosticDescriptor, object[]> report)
    {
        var members = Constants.EnumMembers(type).ToList();
        if (part.BuiltInName.Length > 0 && members.All(member => !Equals(member.ConstantValue, option.Value)))
        {
            report(Descriptors.NotAMember, [type.Name, string.Join(", ", members.Select(member => member.Name))]);
        }
    }

    private static double Number(object? value) =>
        value is null or string or bool or char ? 0 : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Display(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
}
