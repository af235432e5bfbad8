package demo

import (
	"fmt"
	"time"

	"talentcast/ingest"
)

// area is the region code of every ID number made here. GB/T 2260 has no region
// 99, so no number can be anybody's.
const area = "990103"

var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万")
	given    = []rune("子文宇浩然明志强建国华伟杰俊辉鹏飞涛军勇毅峰超斌波亮刚平东海洋林森磊鑫晨阳旭晖静雅婷丽娟敏慧玲芳燕秀英梅兰竹菊雪琴诗涵欣怡思颖佳琪梦瑶嘉豪泽轩")
)

// person is somebody who does not exist.
type person struct{ name, id string }

// person makes one up, with an ID number whose check character is right. No two
// people share a number.
func (w *world) person(oldest, youngest int) person {
	w.persons++
	born := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(w.from.Year()-1950-oldest+w.rng.IntN(oldest-youngest+1), 0, w.rng.IntN(365))
	for {
		head := fmt.Sprintf("%s%s%03d", area, born.Format("20060102"), w.persons%1000)
		if !w.ids[head] {
			w.ids[head] = true
			return person{w.name(), head + string(ingest.IDCheck(head))}
		}
		born = born.AddDate(0, 0, 1)
	}
}

// name has two characters one time in six, else three.
func (w *world) name() string {
	n := string(surnames[w.rng.IntN(len(surnames))]) + string(given[w.rng.IntN(len(given))])
	if w.rng.IntN(6) > 0 {
		n += string(given[w.rng.IntN(len(given))])
	}
	return n
}

// invalidID is the person's number with its check character changed.
func (p person) invalidID() string {
	last := '0' + (p.id[16]-'0'+3)%10
	if last == p.id[17] {
		last = '0' + (last-'0'+1)%10
	}
	return p.id[:17] + string(last)
}
