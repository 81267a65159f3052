namespace LibMoE.Architecture.Tests;

/// <summary>Every arrow between rooms goes down.</summary>
public sealed class LadderTests
{
    public static TheoryData<string> Ladders => ["Rooms", "Kernels", "Evaluation"];

    [Theory]
    [MemberData(nameof(Ladders))]
    public void A_room_uses_only_itself_and_rooms_below_it(string ladder)
    {
        var upward = Upward(Sources.Graph, Named(ladder));

        Assert.True(upward.Count == 0, string.Join('\n', upward));
    }

    [Fact]
    public void Every_file_lies_in_a_room()
    {
        // The kit's front stands above its two rooms.
        Assert.DoesNotContain(
            Sources.All.Keys, file => Level(file, Ladder.Rooms) < 0 && !file.StartsWith("LibMoE.Testing/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Kernels", "LibMoE.Layers/Kernels/")]
    [InlineData("Evaluation", "LibMoE.Runtime/Evaluation/")]
    public void Every_file_of_a_room_with_rooms_inside_lies_in_one_of_them(string ladder, string room) =>
        Assert.DoesNotContain(Sources.All.Keys, file => file.StartsWith(room, StringComparison.Ordinal) && Level(file, Named(ladder)) < 0);

    [Theory]
    [InlineData("Rooms", "LibMoE.Runtime/Data/Mutant.cs",
        "internal static class Mutant { public static object At => new TrainingRunStart(); }",
        "LibMoE.Runtime/Training/Start.cs", "internal sealed class TrainingRunStart;")]
    [InlineData("Rooms", "LibMoE.Layers/Kernels/Native/Mutant.cs", "internal static class Mutant { public static int At => Picked.Count; }",
        "LibMoE.Layers/Layers/Picked.cs", "internal static class Picked { public const int Count = 2; }")]
    [InlineData("Kernels", "LibMoE.Layers/Kernels/Native/Mutant.cs",
        "internal static class Mutant { public static int Of(int x) => x.Twice(); }",
        "LibMoE.Layers/Kernels/Matmul/Twice.cs", "internal static class TwiceExtension { public static int Twice(this int x) => 2 * x; }")]
    [InlineData("Evaluation", "LibMoE.Runtime/Evaluation/Tasks/Mutant.cs",
        "internal static class Mutant { public static Type At => typeof(Later); }",
        "LibMoE.Runtime/Evaluation/Results/Later.cs", "internal sealed class Later;")]
    public void An_upward_arrow_is_found(string ladder, string user, string use, string used, string declaration)
    {
        var graph = SourceGraph.Of(new Dictionary<string, string> { [user] = use, [used] = declaration });

        Assert.Contains(user, Assert.Single(Upward(graph, Named(ladder))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_on_architecture_prints_the_ladder()
    {
        var page = File.ReadAllText(Path.Combine(Sources.Root, "docs/architecture.md"));

        foreach (var room in Ladder.Rooms.Concat(Ladder.Kernels).Concat(Ladder.Evaluation))
        {
            Assert.Contains($"`{room.Path.Split('/')[^1]}`", page, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<Room> Named(string ladder) => ladder switch
    {
        "Kernels" => Ladder.Kernels,
        "Evaluation" => Ladder.Evaluation,
        _ => Ladder.Rooms,
    };

    private static List<string> Upward(SourceGraph graph, IReadOnlyList<Room> rooms) => [.. graph.Uses
        .Where(use => Level(use.User, rooms) is >= 0 and var level && Level(use.Used, rooms) > level)
        .GroupBy(use => (use.User, use.Used), use => use.Name)
        .Select(uses => $"{uses.Key.User} uses {uses.Key.Used} ({string.Join(", ", uses.Distinct())})")
        .Order(StringComparer.Ordinal)];

    private static int Level(string file, IReadOnlyList<Room> rooms)
    {
        for (var level = 0; level < rooms.Count; level++)
        {
            if (rooms[level].Holds(file))
            {
                return level;
            }
        }
        return -1;
    }
}
