using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Reading;

/// <summary>Attribute constants as values and as C# source.</summary>
internal static class Constants
{
    /// <summary>The constant's value: a primitive, an enum's underlying value, or the source of a type or array.</summary>
    public static object? Value(TypedConstant constant) => constant.Kind switch
    {
        TypedConstantKind.Primitive or TypedConstantKind.Enum => constant.Value,
        _ => Source(constant),
    };

    /// <summary>The constant as C# source that means the same everywhere.</summary>
    public static string Source(TypedConstant constant) => constant.Kind switch
    {
        _ when constant.IsNull => "null",
        TypedConstantKind.Type => $"typeof({((ITypeSymbol)constant.Value!).Source()})",
        TypedConstantKind.Array => $"new {constant.Type!.Source()} {{ {string.Join(", ", constant.Values.Select(Source))} }}",
        _ => Source(constant.Value, constant.Type!),
    };

    /// <summary>A primitive or enum value as C# source that means the same everywhere and has that type.</summary>
    public static string Source(object? value, ITypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum)
        {
            var member = EnumMembers(type).FirstOrDefault(field => Equals(field.ConstantValue, value));
            return member is null ? $"({type.Source()})({Number(value)})" : $"{type.Source()}.{Symbols.Escape(member.Name)}";
        }

        return value switch
        {
            null => "null",
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            char letter => SymbolDisplay.FormatLiteral(letter, quote: true),
            bool flag => flag ? "true" : "false",
            double real => Real(real, "double", real.ToString("R", CultureInfo.InvariantCulture)),
            float real => Real(real, "float", real.ToString("R", CultureInfo.InvariantCulture)),
            int number => Number(number),
            long number => Number(number) + "L",
            uint number => Number(number) + "U",
            ulong number => Number(number) + "UL",
            _ => $"({type.Source()})({Number(value)})",
        };
    }

    /// <summary>The declared members of an enum.</summary>
    public static IEnumerable<IFieldSymbol> EnumMembers(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum ? type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue) : [];

    /// <summary>Turns a constant into a value of another type, as an assignment would; any number becomes a real one.</summary>
    public static bool TryConvert(TypedConstant constant, ITypeSymbol target, out object? value)
    {
        value = null;
        if (constant.Kind == TypedConstantKind.Error)
        {
            return false;
        }

        if (SymbolEqualityComparer.Default.Equals(constant.Type, target) && !constant.IsNull)
        {
            value = Value(constant);
            return true;
        }

        return constant.Kind == TypedConstantKind.Primitive && TryConvertNumber(constant.Value, target.SpecialType, out value);
    }

    private static bool TryConvertNumber(object? number, SpecialType target, out object? value)
    {
        value = null;
        var real = target is SpecialType.System_Double or SpecialType.System_Single;
        var whole = target is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
        var isReal = number is double or float;
        if (number is null or string or bool or char || !(real || (whole && !isReal)))
        {
            return false;
        }

        try
        {
            value = Convert.ChangeType(number, NumberType(target), CultureInfo.InvariantCulture);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static Type NumberType(SpecialType type) => type switch
    {
        SpecialType.System_SByte => typeof(sbyte),
        SpecialType.System_Byte => typeof(byte),
        SpecialType.System_Int16 => typeof(short),
        SpecialType.System_UInt16 => typeof(ushort),
        SpecialType.System_Int32 => typeof(int),
        SpecialType.System_UInt32 => typeof(uint),
        SpecialType.System_Int64 => typeof(long),
        SpecialType.System_UInt64 => typeof(ulong),
        SpecialType.System_Single => typeof(float),
        _ => typeof(double),
    };

    private static string Number(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Real(double value, string keyword, string digits)
    {
        if (double.IsNaN(value))
        {
            return $"{keyword}.NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? $"{keyword}.PositiveInfinity" : $"{keyword}.NegativeInfinity";
        }

        return keyword == "float" ? digits + "F" : digits.Any(c => c is '.' or 'E') ? digits : digits + ".0";
    }
}
