using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>
/// Is there a coat? Yes or no, of mosaics of four garments, asked as POPE does (Li et al. 2023): for each garment that is there one that is
/// not, chosen at random, as the most popular one, or as the one that most often goes with what is there.
/// </summary>
/// <remarks>Seven of ten garments are of the mosaic's wardrobe, one of three, so that kinds differ in how often they are there and in
/// what they go with, as things in photographs do.</remarks>
internal static class GarmentMosaics
{
    private const int TrainMosaics = 6000;
    private const int TestMosaics = 1500;
    private const int Asked = 2;
    private const int Seed = 1;
    private const double OfWardrobe = 0.7;
    private const string Yes = "yes";
    private const string No = "no";

    private static readonly int[][] Wardrobes = [[0, 1, 7, 8], [2, 4, 8, 9], [3, 5, 6, 8]];
    private static readonly string[] Sets = ["random", "popular", "adversarial"];

    /// <summary>The task; null where the garments are in none of the data folders.</summary>
    public static PictureTask? Find()
    {
        if (Garments.Find(DataCache.Default()) is not var (train, test))
        {
            return null;
        }

        var random = new Random(Seed);
        var seen = Draw("train", train, TrainMosaics, random);
        var unseen = Draw("test", test, TestMosaics, random);
        var company = new Company(seen);
        var images = seen.Concat(unseen).ToDictionary(mosaic => mosaic.Name);
        return new PictureTask
        {
            Name = "mosaics of Fashion-MNIST",
            Train = [.. seen.Index().SelectMany(mosaic => Mixed(mosaic.Item, company, Sets[mosaic.Index % Sets.Length], random))],
            Test = [.. unseen.Index().SelectMany(mosaic => Questions(mosaic.Item, company, Sets[mosaic.Index % Sets.Length], random))],
            Read = name => images[name].Paint(),
            Groups = [new("garment", Garments.Names)],
            Side = 2,
            TrainLabels = [.. seen.Select(mosaic => new LabelledPicture(mosaic.Name, [mosaic.Kinds]))],
            TestLabels = [.. unseen.Select(mosaic => new LabelledPicture(mosaic.Name, [mosaic.Kinds]))],
            Columns = [.. Sets.SelectMany(Columns)],
        };
    }

    private static List<Mosaic> Draw(string part, Garments source, int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(number => Mosaic.Draw($"{part}/{number}", source, Kinds(random), random))];

    private static int[] Kinds(Random random)
    {
        var wardrobe = Wardrobes[random.Next(Wardrobes.Length)];
        return [.. Enumerable.Range(0, Mosaic.Cells).Select(_ => random.NextDouble() < OfWardrobe
            ? wardrobe[random.Next(wardrobe.Length)]
            : random.Next(Garments.Names.Count))];
    }

    /// <summary>Questions in one conversation, whose answers say nothing of each other: each is for what is there by the toss of a
    /// coin.</summary>
    private static IEnumerable<PictureQuestion> Mixed(Mosaic mosaic, Company company, string set, Random random)
    {
        int[] there = [.. mosaic.Kinds.Distinct()];
        int[] absent = [.. Enumerable.Range(0, Garments.Names.Count).Except(there)];
        random.Shuffle(there);
        random.Shuffle(absent);
        var (present, missing) = (new Queue<int>(there), new Queue<int>(company.Order(set, absent, mosaic.Kinds)));
        for (var asked = 0; asked < 2 * Asked && present.Count > 0; asked++)
        {
            yield return random.Next(2) == 0
                ? Question(mosaic, set, present.Dequeue(), Yes)
                : Question(mosaic, set, missing.Dequeue(), No);
        }
    }

    /// <summary>As many questions for what is not there as for what is.</summary>
    private static IEnumerable<PictureQuestion> Questions(Mosaic mosaic, Company company, string set, Random random)
    {
        int[] there = [.. mosaic.Kinds.Distinct()];
        int[] absent = [.. Enumerable.Range(0, Garments.Names.Count).Except(there)];
        random.Shuffle(there);
        random.Shuffle(absent);
        there = [.. there.Take(Asked)];
        return
        [
            .. there.Select(kind => Question(mosaic, set, kind, Yes)),
            .. company.Order(set, absent, mosaic.Kinds).Take(there.Length).Select(kind => Question(mosaic, set, kind, No)),
        ];
    }

    private static PictureQuestion Question(Mosaic mosaic, string set, int kind, string answer) =>
        new($"is there a {Garments.Names[kind]} in the image?", answer, mosaic.Name, $"{set}.{answer}");

    /// <summary>POPE's figures of a set: half of its questions are for what is there.</summary>
    private static IEnumerable<AnswerColumn> Columns(string set)
    {
        return
        [
            new($"{set}\nright", shares => Right(shares).ToString()),
            new("\nF1", shares => AnswerShare.Percent(F1(Recall(shares), WrongYes(shares)))),
            new("\nyes", shares => AnswerShare.Percent((Recall(shares) + WrongYes(shares)) / 2)),
        ];

        double Recall(IReadOnlyDictionary<string, AnswerShare> shares) => shares[$"{set}.{Yes}"].Value;

        double WrongYes(IReadOnlyDictionary<string, AnswerShare> shares) => 1 - shares[$"{set}.{No}"].Value;

        AnswerShare Right(IReadOnlyDictionary<string, AnswerShare> shares)
        {
            var (there, absent) = (shares[$"{set}.{Yes}"], shares[$"{set}.{No}"]);
            return new AnswerShare(
                (there.Value + absent.Value) / 2,
                there.StdErr is { } one && absent.StdErr is { } other ? Math.Sqrt(one * one + other * other) / 2 : null);
        }
    }

    /// <summary>2PR/(P + R) of recall R and precision P = R/(R + the share of wrong yes).</summary>
    private static double F1(double recall, double wrongYes) => 2 * recall / (1 + recall + wrongYes);

    /// <summary>How often kinds are there, and together.</summary>
    private sealed class Company
    {
        private readonly int[,] _together = new int[Garments.Names.Count, Garments.Names.Count];

        public Company(IEnumerable<Mosaic> mosaics)
        {
            foreach (var kinds in mosaics.Select(mosaic => mosaic.Kinds.Distinct().ToList()))
            {
                kinds.ForEach(one => kinds.ForEach(other => _together[one, other]++));
            }
        }

        /// <summary>The kinds that are not there, in the order in which a set asks for them.</summary>
        public IEnumerable<int> Order(string set, IReadOnlyList<int> shuffled, IReadOnlyList<int> there) => set switch
        {
            "popular" => shuffled.OrderByDescending(kind => _together[kind, kind]),
            "adversarial" => shuffled.OrderByDescending(kind => there.Distinct().Sum(other => _together[kind, other])),
            _ => shuffled,
        };
    }
}
