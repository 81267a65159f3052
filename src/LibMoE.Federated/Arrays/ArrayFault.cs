namespace LibMoE.Federated.Arrays;

/// <summary>Why an array cannot stand for a parameter.</summary>
internal static class ArrayFault
{
    /// <summary>What is wrong, to follow its name; null where nothing is.</summary>
    /// <param name="array">What came.</param>
    /// <param name="shape">The shape that it must have.</param>
    public static string? Of(NpyArray array, IReadOnlyList<long> shape)
    {
        if (!array.Shape.SequenceEqual(shape))
        {
            return $"has shape [{string.Join(", ", array.Shape)}]; it must be [{string.Join(", ", shape)}]";
        }

        var wrong = array.Values.Count(number => !float.IsFinite(number));
        return wrong == 0 ? null : $"has {wrong} of {array.Values.Length} numbers that are not finite";
    }
}
