using System.Globalization;

namespace LibMoE.Runtime.Kernels.Matmul.Choosing;

/// <summary>
/// Which float32 matmul serves which size class, by processor. The rows are measured by a person, with the benchmark, and not while a
/// program runs: a choice that could differ from run to run would change the bits of a training.
/// </summary>
internal static class ProductTable
{
    /// <summary>Overrides the table, as <see cref="ProductNames.Parse"/> reads it.</summary>
    public const string Variable = "LIBMOE_FLOAT32_PRODUCTS";

    private const string Resource = "float32-products.csv";
    private const string Any = "*";

    /// <summary>The table's text.</summary>
    public static string Text
    {
        get
        {
            using var reader = new StreamReader(typeof(ProductTable).Assembly.GetManifestResourceStream(Resource)!);
            return reader.ReadToEnd();
        }
    }

    /// <summary>What is wrong with the environment's text, in one sentence; null: nothing.</summary>
    public static string? Problem
    {
        get
        {
            try
            {
                _ = OfThisMachine;
                return null;
            }
            catch (InvalidOperationException wrong)
            {
                return wrong.Message;
            }
        }
    }

    /// <summary>The names for this machine.</summary>
    /// <exception cref="InvalidOperationException">The environment's text names no products.</exception>
    public static ProductNames OfThisMachine =>
        Of(ProcessorModel.Current, Text, Environment.GetEnvironmentVariable(Variable), PanelProduct.IsSupported);

    /// <summary>The names for a processor: those of the environment, else of the table's first row that fits;
    /// <see cref="ProductName.Blas"/> where the processor cannot run another.</summary>
    /// <exception cref="InvalidOperationException">The environment's text names no products.</exception>
    public static ProductNames Of(ProcessorModel processor, string table, string? environment, bool hasPanels)
    {
        if (!hasPanels)
        {
            return ProductNames.Parse(nameof(ProductName.Blas));
        }

        try
        {
            return environment is null ? Row(processor, table) : ProductNames.Parse(environment);
        }
        catch (FormatException wrong) when (environment is not null)
        {
            throw new InvalidOperationException($"{Variable}: {wrong.Message}", wrong);
        }
    }

    private static ProductNames Row(ProcessorModel processor, string table)
    {
        var rows = table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').Skip(1).Select(line => line.Split(',', 4));
        return ProductNames.Parse(rows.First(row =>
            Fits(row[0], processor.Maker) && Fits(row[1], Text(processor.Family)) && Fits(row[2], Text(processor.Model)))[3]);

        static bool Fits(string cell, string value) => cell == Any || cell == value;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
